//! Indonesian.

use super::{Cue, FillerRule, Lexicon, Part, When, hesitation, marker};

pub(super) static LEXICON: Lexicon = Lexicon {
    language: "id",
    stop_words: "
        ada adalah adanya agar akan aku anda antara apa apakah apalagi atau atas bagaimana bagi bahwa banyak
        baru bawah beberapa begini begitu belum berapa bila bisa boleh bukan dalam dan dapat dari daripada
        demi dengan di dia dulu gitu gimana hal hampir hanya harus hingga ia ini itu jadi jangan jika juga
        kalau kali kami kamu kan karena kayak ke kemudian kepada ketika kita lagi lain lalu lebih maka
        masih mau melakukan memang mereka mungkin namun nanti nya nah oleh pada para pasti pernah pun
        punya saat saja sama sambil sampai sana sangat saya seba sebagai sebelum sebuah secara sedang
        sehingga sejak selalu selama seluruh semua semuanya seorang seperti sering serta sesuatu sesudah
        setelah setiap si siapa sih suatu sudah supaya tadi tak tanpa telah tentang tentu terhadap
        terjadi terlalu tersebut tetapi tapi tidak nggak enggak gak tiap untuk waktu walaupun ya yaitu
        yakni yang iya bahkan sekali cukup paling deh dong lho loh",
    telling_words: "
        yang dan saya itu dengan untuk tidak dari ini kami di karena ada adalah juga sudah pada bisa kita
        akan jadi ke dalam waktu seperti nggak tapi",
    telling_letters: "",
    hesitations: "ee+ ee+h+ e+hh+ e+m+ e+h+m+ hm+ mmm+ u+m+ u+h+ aa+h+ ee+ng+ aaa+",
    fillers: FILLERS,
    cues: CUES,
    hedges: "
        mungkin; barangkali; sepertinya; kayaknya; rasanya; kira-kira; kurang lebih; saya rasa; saya pikir;
        saya kira; menurut saya sih; agak; semacam; seolah-olah; boleh dibilang; bisa dibilang; bisa jadi;
        kalau tidak salah; kalau nggak salah; saya tidak yakin; saya kurang yakin; saya nggak yakin;
        entah; sedikit banyak; tampaknya; kelihatannya; semoga; mudah-mudahan; atau apa gitu",
    numbers: "
        dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas belas puluh ratus ribu juta miliar
        seratus seribu sejuta setengah separuh persen lusin ganda kali-lipat",
    actions: "
        saya me*; saya mem*; saya ber*; saya juga me*; saya kemudian me*; saya lalu me*; saya langsung me*;
        saya sudah me*; saya mulai me*; saya mulai; saya buat; saya bikin; saya pimpin; saya kerjakan; saya
        ajak; saya pakai; saya ambil; saya susun; saya coba; kami me*; kami ber*; kami kemudian me*; kami
        buat; kami bikin; kami lalu me*; !saya merasa; !saya merupakan; !saya memang; !saya menyukai;
        !saya berharap; !saya memiliki; !saya mempunyai; !saya mengerti; !saya bersyukur; !saya berasal;
        !saya berpikir; !saya bernama; !saya menjadi; !kami merasa; !kami memiliki; !kami berharap; !saya
        berumur; !saya benar; !saya bertanggung; !saya mau; !saya berada; !saya mengalami; !kami mengalami",
    not_names: "saya kami kita senin selasa rabu kamis jumat sabtu minggu ya tidak oke",
    valence: VALENCE,
    negators: "tidak bukan tak nggak enggak gak tanpa belum kurang jangan",
    negators_after: "",
    boosters: "sangat sekali benar-benar amat terlalu banget paling luar",
    dampeners: "agak sedikit cukup lumayan",
};

static FILLERS: &[FillerRule] = &[
    hesitation("anu", When::Always).not_after("si"),
    hesitation("e", When::SetOff),
    hesitation("eh", When::SetOff),
    hesitation("mm", When::SetOff),
    hesitation("ah", When::Inside),
    marker("apa ya", When::NotAsked).not_after("itu ini"),
    marker("apa namanya", When::NotAsked),
    marker("apa itu namanya", When::NotAsked),
    marker("gimana ya", When::NotAsked),
    marker("bagaimana ya", When::NotAsked),
    marker("gitu", When::Beside)
        .not_after("kayak kaya seperti bilang bilangnya emang memang yang kenapa"),
    marker("gitu lho", When::Always),
    marker("gitu loh", When::Always),
    marker("gitu ya", When::Always).not_after("kayak kaya seperti"),
    marker("gitu deh", When::Always),
    marker("ya kan", When::SetOff),
    marker("kayak", When::SetOff),
    marker("maksudnya", When::SetOff),
    marker("istilahnya", When::SetOff),
    marker("pokoknya", When::SetOff),
    marker("jadi", When::SetOff),
    marker("nah", When::SetOff),
];

static CUES: &[Cue] = &[
    Cue(Part::Situation, 0.55, "
        di pekerjaan saya sebelumnya; di perusahaan sebelumnya; di perusahaan saya; di tempat kerja; ketika
        saya bekerja; waktu saya bekerja; saat saya bekerja; ketika saya; waktu itu; saat itu; pada saat
        itu; tahun lalu; ? tahun lalu; ? tahun yang lalu; bulan lalu; selama magang; waktu magang; saat
        magang; waktu kuliah; saat kuliah; suatu hari; suatu ketika; situasinya; kondisinya; masalahnya
        adalah; ada masalah; kami menghadapi; kami mengalami; tim kami; misalnya; contohnya; perusahaan
        kami; banyak keluhan"),
    Cue(Part::Task, 0.6, "
        tugas saya; tugas kami; tanggung jawab saya; saya bertanggung jawab; tujuan saya; tujuan kami;
        tujuannya; target kami; target saya; targetnya; saya harus; kami harus; saya diminta; kami diminta;
        saya ditugaskan; saya diberi tugas; peran saya; saya ditunjuk; saya perlu; kami perlu"),
    Cue(Part::Action, 0.4, "
        saya memutuskan; kami memutuskan; pertama saya; pertama-tama; kemudian saya; lalu saya; setelah itu
        saya; langkah pertama; yang saya lakukan; saya mulai dengan; akhirnya saya mem*; saya mengambil
        inisiatif; jadi saya; saya langsung; saya mencoba"),
    Cue(Part::Result, 0.6, "
        hasilnya; sebagai hasilnya; pada akhirnya; akhirnya; berkat itu; dampaknya; kami berhasil; saya
        berhasil; berhasil; meningkat; naik ... persen; turun ... persen; menurun; berkurang; tepat waktu;
        saya belajar; saya jadi belajar; pelajaran; sehingga; dua kali lipat; klien puas; pelanggan puas;
        menjadi lebih; kami menang"),
];

static VALENCE: &[(f64, &str)] = &[
    (2.7, "luar-biasa hebat istimewa sempurna fantastis mengagumkan"),
    (2.4, "bahagia cinta mencintai gembira"),
    (2.0, "
        senang menyenangkan bangga sukses berhasil keberhasilan puas memuaskan menang syukur bersyukur
        antusias semangat"),
    (1.5, "
        baik bagus suka menyukai menikmati nyaman positif efektif efisien bermanfaat manfaat membantu
        lancar menarik ramah percaya terima-kasih motivasi termotivasi mudah tenang untung meningkat
        terbaik indah"),
    (-0.9, "sulit susah masalah lambat terlambat lelah capek rumit"),
    (-1.6, "
        takut stres khawatir salah kesalahan konflik krisis sedih lemah kehilangan rugi kerugian keluhan
        mengeluh bosan membosankan gugup menyesal cemas bingung tertekan"),
    (-2.2, "
        buruk gagal kegagalan kecewa mengecewakan frustrasi marah kesal benci membenci jelek parah"),
    (-2.7, "mengerikan bencana terburuk hancur"),
];
