//! French.

use super::{Cue, FillerRule, Lexicon, Part, When, hesitation, marker};

pub(super) static LEXICON: Lexicon = Lexicon {
    language: "fr",
    stop_words: "
        a à ai aie ainsi alors après as assez au aucun aujourd'hui aussi autre autres aux avait avaient
        avais avant avec avez avoir avons bah beaucoup ben bien bon c' ça car ce ceci cela ces cet cette
        ceux chaque chez comme comment d' dans de déjà depuis des donc dont du elle elles en encore enfin
        entre es est et était étaient étais étant été être eu eux fait faire fais faut fois font ici il
        ils j' je jusqu' juste l' la là le les leur leurs lors lorsqu' lui m' ma mais me même mes mieux
        moi moins mon n' ne ni non nos notre nous on ont ou où oui par parce pas pendant peu peut peux
        plus plusieurs plutôt pour pourquoi pouvait puis qu' quand que quel quelle quelles quelque
        quelques quels qui quoi s' sa sans se sera ses si soit son sont souvent sous suis sur t' ta tant
        te tel tes toi ton toujours tous tout toute toutes très trop tu un une va vais vers veut veux
        voilà vos votre vous vraiment y chose choses gens dire dit peu été c'est",
    telling_words: "
        je j' nous vous c' est les des une dans avec était pour mais pas été très sur ai et le du ce
        au qu' où mon mes",
    telling_letters: "èêàœùûî",
    hesitations: "e+u+h+ h+e+u+ h+e+u+h+ e+u+h+m+ e+u+hm+ mmm+ hm+ h+u+mm+ hum heum e+hm+ b+a+h+ beh",
    fillers: FILLERS,
    cues: CUES,
    hedges: "
        peut-être; je pense; je crois; je suppose; j'imagine; probablement; sans doute; il me semble;
        plus ou moins; un peu; une sorte de; une espèce de; quelque part; en quelque sorte; je dirais;
        éventuellement; apparemment; on va dire; si je me souviens bien; je ne suis pas sûr; je suis pas
        sûr; je ne suis pas sûre; je sais pas trop; je ne sais pas si; disons; à peu près; possiblement;
        il se peut; ça dépend; j'ai essayé de; !je crois en; !un peu plus tard",
    numbers: "
        deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt
        trente quarante cinquante soixante cent cents mille million millions milliard moitié double
        doublé triplé dizaine douzaine vingtaine trentaine centaine pourcent",
    actions: "
        j'ai *é; j'ai ? *é; nous avons *é; nous avons ? *é; on a *é; on a ? *é; je me suis *é; j'ai fait;
        j'ai mis; j'ai pris; j'ai écrit; j'ai construit; j'ai conduit; j'ai conçu; j'ai réuni; j'ai choisi;
        j'ai repris; j'ai appris; j'ai résolu; j'ai produit; j'ai réduit; j'ai défini; j'ai établi; j'ai
        fini; j'ai fourni; j'ai ouvert; j'ai vendu; j'ai convaincu; j'ai traduit; j'ai offert; on a fait;
        on a mis; on a pris; on a écrit; on a construit; on a choisi; on a résolu; on a réduit; on a
        défini; nous avons fait; nous avons mis; nous avons pris; nous avons construit; nous avons
        résolu; nous avons réduit; nous avons choisi; !j'ai été; !on a été; !nous avons été; !j'ai aimé;
        !j'ai souhaité; !j'ai espéré; !j'ai détesté; !j'ai travaillé ... ans; !j'ai pensé; !j'ai adoré",
    not_names: "
        je j' c' ok lundi mardi mercredi jeudi vendredi samedi dimanche euh heu bah ben oui non m mme",
    valence: VALENCE,
    negators: "ne n' pas jamais sans aucun aucune rien ni non",
    negators_after: "pas jamais",
    boosters: "très vraiment extrêmement tellement super particulièrement totalement tout trop absolument si",
    dampeners: "peu assez plutôt légèrement relativement",
};

static FILLERS: &[FillerRule] = &[
    hesitation("ah", When::Inside),
    hesitation("eh", When::Inside).not_before("bien"),
    hesitation("ben", When::NotName),
    hesitation("mm", When::SetOff),
    marker("eh bien", When::Always),
    marker("hein", When::Always),
    marker(
        "bon",
        When::Opening("alors donc je j' on nous c' il en ça moi"),
    )
    .not_after("un le très du de d' est c' si pas tout en assez"),
    marker("genre", When::SetOff).not_after("le ce un de du quel"),
    marker("quoi", When::SetOff),
    marker(
        "du coup",
        When::Between(
            "et mais donc alors",
            "je j' on nous ils il elle c' ça le la les",
        ),
    )
    .not_after("sous"),
    marker("en fait", When::SetOff),
    marker("tu vois", When::SetOff).not_after("que ce si quand comme"),
    marker("vous voyez", When::SetOff).not_after("que ce si quand comme"),
    marker("tu sais", When::SetOff).not_after("que ce si comme"),
    marker("vous savez", When::SetOff).not_after("que ce si comme"),
    marker("voilà", When::SetOff),
    marker("enfin", When::SetOff),
    marker("alors", When::SetOff).not_after("ou et jusqu'"),
    marker("donc", When::SetOff),
    marker("disons", When::SetOff),
    marker("comment dire", When::Always),
    marker("je veux dire", When::Always).not_before("que"),
    marker("on va dire", When::Always).not_before("que"),
];

static CUES: &[Cue] = &[
    Cue(Part::Situation, 0.55, "
        dans mon dernier poste; dans mon ancien; dans mon précédent; quand je travaillais; lorsque je
        travaillais; quand j'étais; lorsque j'étais; il y a ? ans; il y a un an; l'année dernière; à
        l'époque; pendant mon stage; pendant mes études; lors de mon stage; lors d'un projet; un jour;
        la situation était; le contexte; l'entreprise était; notre équipe était; chez mon ancien; dans
        mon entreprise; le problème était; nous avions un problème; on avait un problème; par exemple;
        j'étais en charge d'un projet; nous étions; on faisait face"),
    Cue(Part::Task, 0.6, "
        mon rôle était; ma mission était; ma mission; mon objectif était; l'objectif était; notre
        objectif; j'étais responsable; j'étais chargé; j'étais chargée; je devais; nous devions; on
        devait; il fallait; on m'a demandé; on m'a confié; ma tâche; le but était; j'avais pour mission;
        était de"),
    Cue(Part::Action, 0.4, "
        j'ai décidé; nous avons décidé; on a décidé; d'abord j'ai; ensuite j'ai; puis j'ai; j'ai donc;
        alors j'ai; j'ai commencé par; ce que j'ai fait; j'ai mis en place; nous avons mis en place;
        on a mis en place; étape par étape"),
    Cue(Part::Result, 0.6, "
        au final; finalement; en fin de compte; le résultat; les résultats; résultat; grâce à cela;
        grâce à ça; cela a permis; ça a permis; ce qui a permis; nous avons réussi; on a réussi; j'ai
        réussi; j'ai appris; a augmenté de; ont augmenté de; a diminué de; a baissé de; a été réduit;
        est passé de; avec succès; dans les délais; a doublé; nous avons livré; nous avons gagné;
        j'ai obtenu; de % à; le client était satisfait"),
];

static VALENCE: &[(f64, &str)] = &[
    (
        2.7,
        "excellent* génial* fantastique* merveilleu* magnifique* formidable* exceptionnel*",
    ),
    (
        2.4,
        "adore* adoré* aime aimé aimais heureu* ravi* parfait* passionn*",
    ),
    (
        2.0,
        "
        bonheur content* fier fière fierté réussi* réussite* succès satisf* plaisir joie super
        enthousiaste* gagné gagner",
    ),
    (
        1.6,
        "
        bon bonne bons bonnes mieux meilleur* bien agréable* sympa* intéressant* efficace* utile*
        amélior* motiv* confiance positi* enrichissant* merci belle beau chance apprécié* calme*",
    ),
    (
        -0.9,
        "difficile* dur problème* problèmes compliqué* lent* retard* fatigu*",
    ),
    (
        -1.6,
        "
        mal peur stress* inquiet* inquiét* erreur* conflit* crise* triste* faible* perdu* perte*
        plainte* ennuy* nerveu* regret* pire panne* injuste* toxique*",
    ),
    (
        -2.2,
        "
        mauvais* échec* échoué* déçu* déception* frustr* colère énervé* détest* malheureu* dégoût*",
    ),
    (
        -2.7,
        "horrible* terrible* affreu* catastroph* désastr* nul nulle cauchemar*",
    ),
];
