//! Words by which text that addresses the evaluator is told from an answer. All languages at once: such text need
//! not be in the language of the answer. Parted by spaces; `*` stands for any ending.

/// What marks are about, in words that hardly mean anything else.
pub(super) const JUDGING: &str = "
    score scores scored scoring rubric* grading graded rating ratings evaluat* assess* criteri* verdict competenc*
    percentile calibrat* strictness marks marking
    puan* değerlendir* ölçüt* kriter* yetkinlik* barème grille notation évaluat* évalu* nilai menilai penilai*
    kriteria skor bewert* punktzahl höchstpunktzahl calificaci*";

/// What marks are about, in words that have other uses.
pub(super) const JUDGING_TOO: &str = "
    grade grades mark points standards band note punkte punkt* nota notas critère* criterio*";

/// Who judges, and what is told to a machine.
pub(super) const READER: &str = "
    marker markers assistant assistants model prompt prompts instruction* llm reader chatbot system developer
    administrator engine talimat* consigne* anweisung* instruksi reglas";

/// Who judges, in words that candidates hardly use.
pub(super) const SURELY_READER: &str = "
    evaluator* grader* assessor* examiner* interviewer* değerlendirici* prüfer* évaluateur* examinateur* evaluador*
    penguji acrostic jailbreak rot13 base64";

/// The best of marks.
pub(super) const PRAISE: &str = "
    full maximum max highest top perfect excellent best outstanding complete ten five flawless brilliant superb
    strongest tam mükemmel yüksek meilleure maximale tertinggi penuh volle voll alta máxima";

/// The very best, as only marks have it.
pub(super) const SUPERLATIVE: &str = "maximum max highest maximale tertinggi";

/// What somebody is told to do.
pub(super) const ORDER: &str = "
    ignore disregard forget override skip award give assign treat enter record output print repeat return set write
    pretend imagine confirm accept approve rate must please decode translate lower deserve* count grant tick apply
    ver verin sayın sayılsın yazın oublie oublier attribue donne abaikan berikan beri anggap ignoriere trage ignora
    pon";

/// What somebody who gives marks is told to do.
pub(super) const GIVE: &str = "
    give award assign treat enter grant require rate mark deserve* accept verin attribue donne berikan beri pon trage
    return";

/// The talk itself.
pub(super) const TALK: &str = "
    answer answers response candidate candidates applicant submission interview interviews question cevap* yanıt*
    aday* réponse* candidat* jawaban* kandidat* antwort* respuesta*";

/// Who is spoken to.
pub(super) const YOU: &str = "
    you your you're you'll sen seni sana siz sizin size tu ton ta te vous votre anda kamu du dein deine sie ihr usted
    tú";

/// How somebody is told to drop what they were told.
pub(super) const DISMISS: &str = "
    ignore disregard forget override overlook bypass discard drop oublie oublier oubliez ignorez abaikan lupakan
    ignoriere ignorieren vergiss vergessen ignora olvida olvide unut unutun";

/// What somebody was told.
pub(super) const RULES: &str = "
    instruction* rule rules guideline* guidance prompt prompts rubric* criteri* directions directive* règles consigne*
    instructions barème aturan instruksi petunjuk anweisung* regeln vorgaben reglas instrucciones kural* talimat*";

/// Who speaks in a made-up record.
pub(super) const ROLES: &str = "
    interviewer candidate assistant human system user developer evaluator grader assessor examiner thought observation";
