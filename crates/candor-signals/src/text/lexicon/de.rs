//! German.

use super::{Cue, FillerRule, Lexicon, Part, When, hesitation, marker};

pub(super) static LEXICON: Lexicon = Lexicon {
    language: "de",
    stop_words: "
        aber alle allem allen aller alles als also am an andere anderen anderer auch auf aus bei beim
        bereits bin bis bist da dabei dadurch dafür damals damit danach dann daran darauf darüber das
        dass davon davor dazu dein deine dem den denn der des deshalb die dies diese diesem diesen dieser
        dieses doch dort du durch eben eigentlich ein eine einem einen einer eines einfach einmal er es
        etwas euch euer für ganz gar gegen geht genau gerade gesagt gibt habe haben hab hat hatte hatten
        hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in ins irgendwie ist ja
        jede jeden jeder jedes jetzt kann kein keine keinen können konnte könnte machen mal man manche
        mehr mein meine meinem meinen meiner mich mir mit muss müssen musste nach nein nicht nichts noch
        nun nur ob oder ohne schon sehr sein seine seinem seinen seiner seit sich sie sind so solche
        soll sollte sondern sonst über um und uns unser unsere unserem unseren unserer unter viel viele
        vielleicht vom von vor wann war waren warum was weil weiter welche welcher wenn wer werden wie
        wieder will wir wird wirklich wo worden wurde wurden würde zu zum zur zwar zwischen halt quasi
        sache sachen",
    telling_words: "
        ich und der die das ist nicht wir war mit ein eine habe haben auch auf für dass zu den dem im
        wurde sie oder von es mein",
    telling_letters: "äß",
    hesitations: "ä+h+ ä+h+m+ ä+m+ ö+h+ ö+h+m+ e+h+m+ hm+ mmm+ mh+ ä+ ö+ aeh ae+h+m+ oeh",
    fillers: FILLERS,
    cues: CUES,
    hedges: "
        vielleicht; ich glaube; ich denke; ich meine; wahrscheinlich; möglicherweise; eventuell;
        vermutlich; irgendwie; quasi; sozusagen; ich würde sagen; ungefähr; mehr oder weniger; ein
        bisschen; ein wenig; so eine art; eine art; ich bin mir nicht sicher; ich weiß nicht ob; es
        scheint; anscheinend; könnte sein; oder so; oder so ähnlich; hoffentlich; ich vermute; ich
        nehme an; im prinzip; unter umständen; ich habe versucht; !ich glaube an; !ich denke an",
    numbers: "
        zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn zwanzig
        dreißig vierzig fünfzig sechzig siebzig achtzig neunzig hundert tausend million millionen
        milliarde hälfte doppelt verdoppelt verdreifacht dutzend prozent zweimal dreimal zweite*",
    actions: "
        ich habe ... ge*t; ich habe ... ge*en; ich habe ... *iert; ich habe ... ver*t; ich habe ...
        ver*en; ich habe ... ent*t; ich habe ... ent*en; ich habe ... be*t; ich habe ... be*en; ich
        habe ... er*t; ich habe ... über*en; ich habe ... *ge*t; ich habe ... *ge*en; wir haben ...
        ge*t; wir haben ... ge*en; wir haben ... *iert; wir haben ... ver*t; wir haben ... ent*t; wir
        haben ... ent*en; wir haben ... be*t; wir haben ... er*t; wir haben ... *ge*t; wir haben ...
        *ge*en; habe ich ... ge*t; habe ich ... ge*en; habe ich ... *iert; habe ich ... ver*t; habe
        ich ... ent*t; habe ich ... ent*en; habe ich ... be*t; habe ich ... er*t; habe ich ... *ge*t;
        habe ich ... *ge*en; haben wir ... ge*t; haben wir ... *iert; haben wir ... ent*t; haben wir
        ... *ge*t; ich leitete; ich führte; ich entwickelte; ich baute; ich schrieb; ich begann; ich
        organisierte; ich analysierte; ich sprach; wir bauten; wir entwickelten; ich *ierte; wir
        *ierten; !ich habe gern; !ich habe gelernt; !ich habe gehofft; !ich habe gedacht",
    not_names: "",
    valence: VALENCE,
    negators: "nicht kein keine keinen keinem keiner nie niemals ohne nichts kaum weder",
    negators_after: "nicht",
    boosters: "sehr wirklich extrem total besonders absolut so super richtig unglaublich völlig zu",
    dampeners: "etwas bisschen ziemlich relativ wenig leicht",
};

const SUBJECTS: &str = "
        ich wir es er sie das die der man mein meine unser unsere in im bei da mir uns wenn was also ja
        ein eine zum";

static FILLERS: &[FillerRule] = &[
    hesitation("eh", When::SetOff),
    hesitation("ah", When::Inside),
    hesitation("mm", When::SetOff),
    marker("also", When::Opening(SUBJECTS)).not_after("na"),
    marker("halt", When::LowerInside)
        .not_after("ich zum den der einen bitte ohne kein")
        .not_before("an sich dich mich"),
    marker("sozusagen", When::Always),
    marker("tja", When::Always),
    marker("naja", When::Always),
    marker("na ja", When::Always),
    marker("na also", When::Always),
    marker("ne", When::SetOff),
    marker("gell", When::SetOff),
    marker("genau", When::SetOff),
    marker("ja", When::Inside),
    marker("weißt du", When::SetOff).not_before("was wie wo wer ob dass warum"),
    marker("wissen sie", When::SetOff).not_before("was wie wo wer ob dass warum"),
    marker("ich meine", When::SetOff).not_before(",dass"),
    marker("ich mein", When::SetOff),
    marker("sagen wir mal", When::Always),
    marker("sag ich mal", When::Always),
    marker("sage ich mal", When::Always),
    marker("wie soll ich sagen", When::Always),
    marker("wie sagt man", When::NotAsked),
];

static CUES: &[Cue] = &[
    Cue(Part::Situation, 0.55, "
        in meinem letzten job; in meiner letzten; in meiner vorherigen; in meinem vorherigen; als ich
        bei; als ich noch; während meines; während meiner; während des studiums; vor ? jahren; vor
        einem jahr; letztes jahr; im letzten jahr; letzten sommer; damals; zu der zeit; die situation
        war; die ausgangslage; unser team war; das team war; die firma war; unsere firma; das problem
        war; wir hatten ein problem; wir hatten das problem; es gab ein problem; zum beispiel; eines
        tages; die kunden waren; im praktikum; wir standen vor"),
    Cue(Part::Task, 0.6, "
        meine aufgabe war; meine aufgabe; unsere aufgabe; mein ziel war; das ziel war; unser ziel; ich
        sollte; wir sollten; ich musste; wir mussten; ich war verantwortlich; ich war zuständig; ich
        war dafür verantwortlich; meine rolle war; ich wurde gebeten; ich wurde beauftragt; es ging
        darum; die herausforderung war; ich hatte den auftrag"),
    Cue(Part::Action, 0.4, "
        zuerst habe ich; dann habe ich; danach habe ich; als erstes habe ich; ich habe mich
        entschieden; ich habe beschlossen; wir haben beschlossen; ich habe angefangen; ich habe
        begonnen; deshalb habe ich; deswegen habe ich; also habe ich; daraufhin habe ich; schritt
        für schritt; anschließend habe ich"),
    Cue(Part::Result, 0.6, "
        am ende; letztendlich; schließlich; im ergebnis; das ergebnis war; das ergebnis; die ergebnisse;
        dadurch konnten wir; dadurch konnte; dadurch; dank; ich habe gelernt; wir haben es geschafft;
        ich habe es geschafft; erfolgreich; um ... prozent ge*; um ... prozent; ist gestiegen; sind
        gestiegen; ist gesunken; sank auf; sank von; stieg von; stieg um; sank um; rechtzeitig;
        pünktlich; der kunde war zufrieden; wir haben gewonnen; verdoppelt; halbiert; wir konnten; hat
        dazu geführt"),
];

static VALENCE: &[(f64, &str)] = &[
    (2.7, "hervorragend* ausgezeichnet* fantastisch* wunderbar* großartig* genial* perfekt*"),
    (2.4, "liebe liebte begeistert* begeisterung toll* glücklich* super"),
    (2.0, "
        freude freue freut gefreut stolz* erfolg* zufrieden* spaß gewonnen gelungen froh dankbar*
        schön* beste besten bester bestes"),
    (1.5, "
        gut gute guten guter gutes besser* gern gerne nett* angenehm* positiv* interessant* hilfreich*
        verbesser* effizient* motiviert* stark* vertrauen geschafft danke freundlich* geholfen
        spannend* erreicht lob gelobt ruhig*"),
    (-0.9, "schwierig* schwer problem* langsam* verspät* müde stress* kompliziert*"),
    (-1.6, "
        angst sorge* fehler* konflikt* krise* traurig* schwach* verloren verlust* beschwer* langweilig*
        nervös* bereu* schlimm* ärger* geärgert falsch* ungerecht* leider chaos* streit* kaputt"),
    (-2.2, "
        schlecht* versagt scheiter* gescheitert enttäusch* frust* wütend wut hasse hasste unglücklich*"),
    (-2.7, "schrecklich* furchtbar* katastroph* grauenhaft* albtraum* entsetzlich*"),
];
