//! English.

use super::Words;

pub(super) static WORDS: Words = Words {
    work: "
        ask* check* wrote write writes writing written call calls called ring rang phone* email* mail* measur*
        test tests tested testing compar* list lists listed document* explain* show* send* sent fix* plan
        schedul* review* read reads log logs logged count* draw draft* sketch* split* sort* note notes noted
        record* repeat* wait* stop* start* move* remov* add added adds delet* replac* cut cuts build* built
        run runs ran set sets agree* promis* offer* invit* meet* meeting visit* train* teach* taught coach*
        rehears* practis* practic* sign* book* order* price* cost* pay* paid invoice* contract* deadline* day
        days week weeks month* hour* minute* monday tuesday wednesday thursday friday morning afternoon
        evening yesterday tomorrow because instead before until unless first then second third finally
        afterwards table file sheet page paper form spreadsheet query script code branch database server queue
        cache backup rollback release deploy* merge* error* bug* timeout* threshold* limit*",
    general: "
        always never everything everybody everyone anything anybody whatever everywhere absolutely truly
        definitely totally extremely incredibly highly naturally obviously certainly completely constantly
        continuously forever nowadays passion* motivat* enthusias* committed commitment dedicat* proactive
        flexib* dynamic ambitio* reliab* adaptab* talent* gifted instinct* intuition* gut success* vision*
        mission mindset attitude* value valued values culture* synerg* holistic* excellen* innovati* quality
        trust* respect* communicat* teamwork harmon* spirit* energy journey* heart* soul* dream* growth
        potential challeng* opportunit* practices landscape world life people human* nature essence key
        foundation* picture somehow something things stuff various generally overall depend* matter* importan*
        essential* crucial* fundamental* pride proud positive* optimis* belie* love loves lov* enjoy*
        passionate strength* skill* experience* professional* modern best solution* solutions-oriented
        goal-oriented result-oriented hard-working creativ* inspir* believer convinced philosophy principle*
        everyday countless wonderful amazing great fantastic perfect* empower* leverag* deliver* robust*
        scalab* efficient* seamless* world-class cutting-edge state-of-the-art strategic* strategy* impact*
        transform* honesty honest",
    links: "
        because since therefore first second third then next finally afterwards before after until instead
        however although though whereas but example instance reason result meanwhile otherwise unless if when
        while",
};
