//! French.

use super::Words;

pub(super) static WORDS: Words = Words {
    work: "
        demand* vérifi* écri* appel* téléphon* mesur* test* essa* compar* liste* document* expliqu* montr*
        envo* corrig* répar* planifi* plan calendrier* relis* lis lire lu note* enregistr* compt* dessin*
        découp* tri* sépar* répét* attend* arrêt* commenc* déplac* supprim* ajout* remplac* coup* constru*
        lanc* convien* convenu* propos* invit* rencontr* réuni* visit* form* enseign* sign* command* prix
        coût* pay* factur* contrat* jour* semaine* mois heure* minute* lundi mardi mercredi jeudi vendredi
        matin* soir* hier demain parce puis ensuite avant jusqu' plutôt premier première deuxième troisième
        enfin tableau* fichier* feuille* page* formulaire* requête* code* serveur* file cache sauvegarde*
        version* erreur* limite* seuil*",
    general: "
        toujours jamais tout tous chacun chaque partout absolument vraiment naturellement évidemment
        certainement complètement constamment passion* motiv* enthousias* engag* dévou* proactif* proactiv*
        souple* flexib* dynami* ambiti* fiable* adaptab* talent* instinct* intuition* ressenti* succès
        réussite* vision* mission mentalité état attitude* valeur* culture* synergi* holisti* excellen* innov*
        qualité* confiance* honnêt* respect* communic* équipe harmoni* esprit* énergie* voyage* aventure*
        cœur* coeur* âme* rêve* croissance potentiel* défi* opportunit* paysage* monde* vie humain* gens
        personnes nature essence clé clés fondement* base choses divers* général* globalement essentiel*
        important* crucia* fondament* fier fière fierté positi* optimis* croi* croy* aim* ador* force*
        compétence* expérience* professionnel* moderne* meilleur* solution* créati* inspir* convaincu*
        philosophie* principe* merveilleu* formidable* parfait* stratég* transform* bienveillan* partag*
        échange* humanité authenti* sincèr* alchimie étincelle* magie",
    links: "
        parce puisque donc ainsi abord premièrement deuxièmement puis ensuite après enfin avant jusqu'
        cependant pourtant mais tandis malgré exemple raison résultat sinon si quand lorsque pendant car",
};
