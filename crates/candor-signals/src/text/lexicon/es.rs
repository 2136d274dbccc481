//! Spanish.

use super::{Cue, FillerRule, Lexicon, Part, When, hesitation, marker};

pub(super) static LEXICON: Lexicon = Lexicon {
    language: "es",
    stop_words: "
        a además ahí ahora al algo algún alguna algunas alguno algunos ante antes aquel aquella aquello
        aquí así aún aunque bien bueno cada casi como cómo con contra cosa cosas cual cuál cuales cuando
        cuándo cuanto da dar de decir del desde después dice dijo donde dónde dos durante e el él ella
        ellas ellos en entonces entre era eran eras eres es esa esas ese eso esos esta está estaba
        estaban están estar estas este esto estos estoy fue fueron fui gran ha haber había habían hace
        hacer hacia han has hasta hay he hemos hice hizo la las le les lo los luego más me mejor menos mi
        mí mientras mis misma mismo mucha muchas mucho muchos muy nada ni no nos nosotros nuestra
        nuestras nuestro nuestros o os otra otras otro otros para parte pero poco por porque pues puede
        pueden puedo que qué quien quién quienes sé se sea según ser será si sí sido siempre sin sino
        sobre solo sólo somos son soy su sus también tan tanto te tenemos tener tengo tenía ti tiempo
        tiene tienen toda todas todavía todo todos tu tú tus un una unas uno unos va vamos van vez ya yo",
    telling_words: "
        el los las que yo está y pero muy para con por una mi nos fue estaba es también del porque
        más en eso lo cuando nuestro un",
    telling_letters: "ñóíú",
    hesitations: "ee+h+ e+hh+ eee+ e+m+ e+h+m+ mmm+ hm+ aaa+ ehh+ u+mm+ estee+ ess+te+ estem",
    fillers: FILLERS,
    cues: CUES,
    hedges: "
        quizá; quizás; tal vez; a lo mejor; probablemente; posiblemente; creo que; pienso que; supongo;
        me parece; diría que; yo diría; más o menos; un poco; una especie de; una suerte de; algo así;
        de alguna manera; en cierto modo; puede ser; podría ser; no estoy seguro; no estoy segura; no sé
        si; aparentemente; aproximadamente; imagino que; en teoría; ojalá; intenté; traté de; creo yo",
    numbers: "
        dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince veinte treinta
        cuarenta cincuenta sesenta setenta ochenta noventa cien ciento cientos mil millón millones mitad
        doble duplicó triplicó duplicamos docena decena",
    actions: "
        yo *é; *licé; *lizamos; organicé; dirigí; lideré; desarrollé; diseñé; implementé; creé; hice;
        hicimos; escribí; escribimos; propuse; propusimos; decidí; decidimos; empecé; empezamos; hablé;
        hablamos con; analicé; resolví; resolvimos; conseguí; logré; logramos; construí; construimos;
        coordiné; reduje; redujimos; mejoré; mejoramos; presenté; presentamos; preparé; revisé; llevé a
        cabo; puse; pusimos; monté; lancé; lanzamos; cambié; cambiamos; automaticé; automatizamos;
        programé; negocié; vendí; vendimos; convencí; contacté; planifiqué; establecí; definí; definimos;
        contraté; formé; entrené; investigué; aprendí a; desarrollamos; diseñamos; implementamos; creamos;
        organizamos; conseguimos; trabajé con; he *ado; he *ido; hemos *ado; hemos *ido; he hecho; he
        escrito; hemos hecho; !he sido; !he estado; !hemos sido; !hemos estado; !he querido; !he tenido;
        !hemos tenido; !yo sé; !yo qué",
    not_names: "
        yo ok lunes martes miércoles jueves viernes sábado domingo eh este pues bueno sí no sr sra",
    valence: VALENCE,
    negators: "no nunca jamás sin nada ningún ninguna tampoco ni",
    negators_after: "",
    boosters: "muy realmente súper extremadamente totalmente tan especialmente bastante absolutamente demasiado",
    dampeners: "poco algo ligeramente relativamente",
};

static FILLERS: &[FillerRule] = &[
    hesitation("eh", When::NotAsked),
    hesitation("este", When::SetOff),
    hesitation("esto", When::SetOff),
    hesitation("ah", When::Inside),
    hesitation("ee", When::SetOff),
    hesitation("mm", When::SetOff),
    marker("o sea", When::Always).not_after("ya bien"),
    marker("pues", When::Opening(
        "sí no nada bueno yo mira eso la el en que es creo fue nosotros mi me nos se lo primero a al un una entonces vamos hicimos hice empecé",
    ))
    .not_after("así"),
    marker("pues", When::Between("y pero bueno entonces o", "")).not_after("así"),
    marker("bueno", When::Opening("pues yo en la el nosotros entonces mi a es eso"))
        .not_after("es fue muy un más lo qué tan está era algo"),
    marker("digamos", When::SetOff),
    marker("entonces", When::SetOff).not_after("desde hasta por"),
    marker("a ver", When::SetOff),
    marker("en plan", When::SetOff),
    marker("tipo", When::SetOff).not_after("un el este ese otro cada qué algún"),
    marker("sabes", When::SetOff),
    marker("vale", When::Inside),
    marker("es decir", When::SetOff),
    marker("la verdad", When::SetOff).not_after("es decir en"),
    marker("cómo se dice", When::NotAsked),
    marker("cómo decirlo", When::Always),
    marker("cómo te digo", When::Always),
];

static CUES: &[Cue] = &[
    Cue(Part::Situation, 0.55, "
        en mi último trabajo; en mi trabajo anterior; en mi anterior; en mi empresa; cuando trabajaba;
        cuando estaba; mientras trabajaba; hace ? años; hace un año; el año pasado; el verano pasado; en
        aquel momento; en ese momento; en esa época; durante mis prácticas; durante mis estudios;
        durante la carrera; un día; una vez; la situación era; el contexto; nuestro equipo era; nuestro
        equipo estaba; la empresa estaba; el problema era; teníamos un problema; había un problema; por
        ejemplo; los clientes estaban; nos enfrentábamos"),
    Cue(Part::Task, 0.6, "
        mi tarea era; mi trabajo era; mi objetivo era; el objetivo era; nuestro objetivo; mi
        responsabilidad; era responsable de; yo era responsable; estaba a cargo; estaba encargado;
        estaba encargada; tenía que; teníamos que; debía; debíamos; me pidieron; me encargaron; mi
        función era; mi rol era; mi papel era; me asignaron; había que; necesitábamos"),
    Cue(Part::Action, 0.4, "
        decidí; decidimos; primero; luego; después; lo primero que hice; lo que hice; empecé por; entonces
        hice; así que; paso a paso; a continuación"),
    Cue(Part::Result, 0.6, "
        al final; finalmente; como resultado; el resultado; los resultados; gracias a eso; gracias a
        esto; conseguimos; logramos; logré; conseguí; aprendí; aumentó un; aumentaron un; aumentó en;
        subió un; bajó un; redujo un; se redujo; reducimos ... en; pasó de; con éxito; a tiempo; se
        duplicó; entregamos; ganamos; el cliente quedó; quedó satisfecho; por ciento más; por ciento menos;
        eso permitió"),
];

static VALENCE: &[(f64, &str)] = &[
    (2.7, "excelente* fantástic* maravillos* increíble* genial* estupend* extraordinari* perfect*"),
    (2.4, "encanta encantó encantaba amo amaba amor feliz felices felicidad apasion*"),
    (2.0, "
        alegr* orgullos* orgullo éxito* exitos* satisf* contento contenta contentos disfrut* gané ganamos
        ganar mejor* agradecid* logro* ilusion* entusiasm*"),
    (1.5, "
        bueno buena buenos buenas buen bonit* agradable* interesante* gusta gustó gustaba eficaz
        eficient* útil* positiv* motiv* confianza gracias ayudó divertid* amable* tranquil* logramos
        conseguimos aprecio valios*"),
    (-0.9, "difícil* duro dura problema* lento* retras* cansad* complicad*"),
    (-1.6, "
        miedo estres* estrés preocup* error* conflicto* crisis triste* débil* perdí perdimos pérdida*
        queja* aburrid* nervios* peor* enfad* injust* equivoc* caos"),
    (-2.2, "
        mal malo mala malos malas fracas* fall* decepcion* frustr* ira odio odiaba odié infeliz"),
    (-2.7, "terrible* horrible* pésim* desastr* catástrof* pesadilla*"),
];
