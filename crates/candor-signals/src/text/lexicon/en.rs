//! English.

use super::{Cue, FillerRule, Lexicon, Part, When, hesitation, marker};

pub(super) static LEXICON: Lexicon = Lexicon {
    language: "en",
    stop_words: "
        a about above actually after again all also although always am an and another any
        anything are aren't around as at back be because been before being between both but by
        came can can't come could couldn't did didn't do does doesn't doing don't done down
        during each even ever every everything few first for from further get gets getting go
        goes going gonna got had hadn't has hasn't have haven't having he her here hers him his
        how however i i'd i'll i'm i've if in into is isn't it it's its itself just kind know
        last less let let's like lot lots made make makes making many may maybe me mean might
        more most much must my myself never no nor not nothing now of off often oh ok okay on
        once one only or other others our ours out over own perhaps put quite rather really
        right said same say says see she should shouldn't since so some someone something sort
        still such take tell than that that's the their theirs them then there there's these
        they they're thing things think this those though thought through to together too took
        two under until up us very want wanted was wasn't way we we'd we'll we're we've well
        went were weren't what what's when where which while who whom whose why will with within
        without won't would wouldn't yeah yes yet you you'd you'll you're you've your yours",
    telling_words: "
        the and was with that this have i'm it's they were my which would from is of to i we you
        you're don't what when are it",
    telling_letters: "",
    hesitations: "u+m+ u+h+ u+h+m+ e+r+m+ er ee+r+ e+rrr+ hm+ mmm+ a+hh+ aa+h+ e+hm+",
    fillers: FILLERS,
    cues: CUES,
    hedges: "
        maybe; perhaps; possibly; probably; i think; i guess; i believe; i suppose; i feel like;
        kind of; sort of; kinda; sorta; somewhat; more or less; a little bit; a bit; might; may
        have; could be; could have been; i'm not sure; i am not sure; not really sure; i'm not
        certain; i don't know if; it seems; it seemed; seems like; apparently; presumably;
        roughly; i would say; i'd say; to some extent; in a way; or something; or something like
        that; hopefully; i assume; as far as i know; i don't really know; arguably; supposedly;
        i tried to; something like; !a kind of; !the kind of; !this kind of; !that kind of;
        !what kind of; !some kind of; !any kind of; !same kind of; !different kind of; !every
        kind of; !one kind of; !a sort of; !the sort of; !this sort of; !that sort of; !what
        sort of; !i believe in; !quite a bit; !every bit; !best kind of",
    numbers: "
        two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
        sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty
        ninety hundred hundreds thousand thousands million millions billion half quarter dozen
        twice doubled tripled percent twofold tenfold",
    actions: "
        i *ed; i *ly *ed; i also *ed; i then *ed; i have *ed; i've *ed; we *ed; we then *ed; we
        also *ed; i ? built; we ? built; i ? led; we ? led; i ? wrote; we ? wrote; i ? made; we
        ? made; i ? ran; we ? ran; i ? took; we ? took; i ? set; we ? set; i ? gave; i ? found;
        we ? found; i ? drove; i ? spoke; i ? taught; i ? brought; i ? cut; we ? cut; i ? chose;
        we ? chose; i ? held; i ? met; i ? sent; we ? sent; i ? won; i ? sold; we ? sold; i ?
        rebuilt; we ? rebuilt; i ? rewrote; we ? rewrote; i ? broke; i ? began; i ? put; we ?
        put; i ? split; we ? split; i ? kept; i ? grew; i ? dealt; i ? sought; i ? went; we ?
        brought; i ? did; we ? did; i ? oversaw; i ? undertook; i ? drew; i ? sat; i ? spent; i
        ? told; i ? shut; !i need; !we need; !i indeed; !i wanted; !we wanted; !i needed; !we
        needed; !i liked; !i loved; !i hoped; !i wished; !i used to; !we used to; !i enjoyed; !i
        believed; !i seemed; !i agreed; !i have need; !i hated; !i feed; !i did not; !i didn't;
        !i noticed; !we hoped; !i really liked; !i really wanted; !i really enjoyed; !i exceed;
        !i succeed",
    not_names: "
        i i'm i've i'd i'll ok okay monday tuesday wednesday thursday friday saturday sunday mr
        mrs ms dr um uh er yeah yes no well so",
    valence: VALENCE,
    negators: "
        not no never don't didn't doesn't isn't wasn't aren't weren't won't wouldn't can't
        couldn't shouldn't haven't hasn't hadn't without hardly nobody nothing neither nor
        cannot ain't barely none lack lacked",
    negators_after: "",
    boosters: "
        very really extremely so absolutely incredibly totally super highly truly completely
        deeply especially particularly remarkably too",
    dampeners: "
        slightly somewhat fairly bit little kinda partly relatively mildly",
};

const SUBJECTS: &str = "
        i i'm i've i'd we we're it it's he she they you the that's there my our in when first
        that this let if what at";

static FILLERS: &[FillerRule] = &[
    hesitation("ah", When::Inside),
    hesitation("eh", When::Inside),
    hesitation("mm", When::SetOff),
    hesitation("err", When::SetOff),
    marker("like", When::Between(
        "",
        "really super totally basically literally",
    ))
    .not_after("i you we they would 'd i'd we'd looks look looked feel feels felt sounds not don't didn't doesn't also something things seems really would people who to"),
    marker("you know", When::Between("was were is are to a of just i'm it's really the", "like"))
        .not_after("do did as if what that all everything don't would should because when how anything let anyone someone people things something than")
        .not_before("what how why when where who that if about him her them which whether"),
    marker("i mean", When::Between("and but well was is so", "it's we i they you he she there that's the at in yes no"))
        .not_after("what do if does that thing when know whatever")
        .not_before("that by to business"),
    marker("well", When::Opening(SUBJECTS)).not_after("as very pretty really quite so works worked went go goes do did going known"),
    marker("so", When::SetOff).not_after("think do did even or and hope guess said"),
    marker("basically", When::SetOff),
    marker("actually", When::SetOff),
    marker("literally", When::SetOff),
    marker("honestly", When::SetOff),
    marker("right", When::Inside).not_after("all that's the was is turn to it's"),
    marker("okay", When::Inside),
    marker("you see", When::SetOff).not_after("as can do did if what"),
    marker("anyway", When::SetOff),
    marker("let's see", When::SetOff),
    marker("how do i say", When::Always),
    marker("how should i put it", When::Always),
    marker("what's the word", When::Always),
];

static CUES: &[Cue] = &[
    Cue(
        Part::Situation,
        0.55,
        "
        in my last job; in my previous; in my previous role; in my last role; in my current
        role; in my previous position; at my previous; at my last; at my former; when i was ?
        working; when i worked; while i was; while working; back when; a few years ago; last
        year; two years ago; years ago; last summer; last month; last quarter; at the time; at
        that time; there was a time; one time; one day; the situation was; the context was; the
        background; when i joined; when we started; when i started; during my internship; during
        my studies; during my time; in my first; the company was; our team was; the team was;
        our company was; during my ? year; in my final year; in college; at university; for
        example; for instance; we were a; my team was; i was working; we were working; in 19*;
        in 20*",
    ),
    Cue(
        Part::Situation,
        0.45,
        "
        the problem was; we had a problem; there was a problem; the challenge was; we were
        facing; we faced; i faced; was facing; was struggling; were struggling; had an issue;
        there was an issue; was failing; were failing; was behind schedule; were losing; kept
        crashing; was broken; customers were; complain*",
    ),
    Cue(
        Part::Task,
        0.6,
        "
        my task was; my job was; my role was; my goal was; our goal was; the goal was; my
        responsibility; i was responsible for; was responsible for; i was asked to; we were
        asked to; i was tasked; i was assigned; i was in charge; i had to; we had to; we needed
        to; i needed to; my objective; the objective was; our objective; was supposed to; were
        supposed to; the aim was; my mission; the task was; our task was; asked me to; wanted me
        to; it was my job; i was given; the deadline was; expected to; the requirement was; it
        was up to me",
    ),
    Cue(
        Part::Action,
        0.35,
        "
        first i; then i; next i; what i did; my approach; the first thing i did; i decided
        to; we decided to; i started by; i began by; step by step; after that i; finally i; the
        first step",
    ),
    Cue(
        Part::Result,
        0.6,
        "
        as a result; the result was; the results were; in the end; the outcome; resulted in;
        which led to; this led to; that led to; at the end of the day; ended up; eventually;
        because of this; thanks to this; thanks to that; the impact; i learned; i've learned;
        what i learned; we achieved; i achieved; we managed to; i managed to; was able to; were
        able to; we finished; we delivered; i received; we won; was promoted; the client was
        happy; feedback was; it paid off; successfully; we succeeded",
    ),
    Cue(
        Part::Result,
        0.5,
        "
        increased ... by; reduced ... by; decreased ... by; improved ... by; grew ... by;
        dropped ... by; cut ... by; fell ... by; rose ... by; went from ... to; fell from ...
        to; dropped from ... to; down from; up from; saved; doubled; tripled; halved; on time;
        ahead of schedule; under budget; went up; went down; dropped to; fell to; rose to",
    ),
];

static VALENCE: &[(f64, &str)] = &[
    (2.8, "excellent amazing awesome"),
    (2.7, "wonderful fantastic happiest outstanding superb"),
    (2.6, "great love loved loves best thrilled"),
    (2.5, "delight* perfect* brilliant*"),
    (2.4, "happy"),
    (2.3, "loving happily happier beautiful*"),
    (2.2, "proud* success* rewarding fun grateful"),
    (
        2.1,
        "
        enjoy* excit* succeed* won winning inspir* passion* celebrat*",
    ),
    (2.0, "glad win impress*"),
    (1.9, "good pride satisf* positive* friendly praise*"),
    (1.8, "pleas* helpful accomplish* appreciat*"),
    (
        1.7,
        "
        nice effective* motivat* achiev* fortunate* lucky valuable optimis*",
    ),
    (1.6, "better efficient* creative* welcom* confident*"),
    (1.5, "improv* thank* trust* interesting"),
    (1.4, "strong* smooth* solved benefit*"),
    (1.3, "helped resolved"),
    (1.2, "support* recommend*"),
    (1.0, "calm*"),
    (0.6, "fast*"),
    (-0.6, "hard"),
    (-0.8, "slow bug bugs"),
    (-1.0, "problem* argu*"),
    (-1.1, "difficult* delay*"),
    (-1.2, "broke confus* quit"),
    (
        -1.3,
        "
        lost loss* conflict* tired nervous* mistake* weak* struggl* outage*",
    ),
    (-1.4, "lose broken"),
    (-1.5, "losing worr* crash* overwhelm* mess"),
    (
        -1.6,
        "
        complain* complaint* exhaust* anxi* blame* fired unfortunate*",
    ),
    (-1.7, "stress* wrong* fear* bored regret*"),
    (-1.8, "sadly afraid boring hurt*"),
    (
        -1.9,
        "annoy* poor* pain painful pains upset* scared ugly unfair*",
    ),
    (-2.0, "frustrat* crisis useless"),
    (
        -2.1,
        "badly worse sad anger disappoint* fail fails failed failing",
    ),
    (-2.2, "bad failure* unhappy ruin*"),
    (-2.3, "angry"),
    (-2.4, "toxic nightmare"),
    (-2.5, "terribl*"),
    (-2.6, "disaster* disaster"),
    (-2.7, "awful* hate hated"),
    (-2.8, "terrible horrible worst"),
];
