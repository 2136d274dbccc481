//! Turkish.

use super::{Cue, FillerRule, Lexicon, Part, When, hesitation, marker};

pub(super) static LEXICON: Lexicon = Lexicon {
    language: "tr",
    stop_words: "
        acaba ama ancak artık aslında az bana bazen bazı belki ben bende beni benim benimle bence beri bile
        bir biraz birçok biri birkaç birlikte biz bizde bize bizi bizim böyle böylece bu buna bundan bunlar
        bunları bunu bunun burada bütün çok çünkü da daha de değil demek diğer diye dolayı elbette en evet
        fakat falan filan gayet gene gereken gibi göre hala hani hatta hem hemen henüz hep hepsi her
        hiç hiçbir için ile ilgili ise işte kadar karşı kendi kendini ki kim kimse mı mi mu mü nasıl ne
        neden nerede nereye niçin niye o olan olarak oldu olduğu oldum olduk olmak olsun on ona ondan onlar
        onları onu onun orada oysa oyle öyle önce pek rağmen sadece sana sanki sen seni senin siz sizin
        sonra şey şeyi şeyler şimdi şöyle şu şuna şunu tabii tam tamam tüm üzere var vardı ve veya ya yani
        yapmak yaptım yerine yine yok yoksa zaten zaman iyi büyük şekilde tane",
    telling_words: "
        ve bir bu için çok ben biz değil olarak gibi daha sonra vardı olduğu ile da de yani şey mi çünkü
        ama oldu kadar benim bizim",
    telling_letters: "ığş",
    hesitations: "ıı+ ı+h+ ı+h+m+ ı+m+ ee+ ee+h+ e+hh+ e+hm+ e+mm+ hı+m+ hm+ mmm+ ö+h+ öö+ aa+h+ aaa+",
    fillers: FILLERS,
    cues: CUES,
    hedges: "
        belki; galiba; sanırım; herhalde; muhtemelen; bence; sanki; bir nevi; bir bakıma; aşağı yukarı;
        yaklaşık; diyebilirim; denebilir; gibi geliyor; emin değilim; bilmiyorum ama; olabilir; bir tür;
        zannediyorum; zannedersem; tahminimce; tahmin ediyorum; kısmen; az çok; biraz; pek emin; umarım;
        diye düşünüyorum; diye tahmin ediyorum",
    numbers: "
        iki üç dört beş altı yedi sekiz dokuz yirmi otuz kırk elli altmış yetmiş seksen doksan yüz
        bin milyon milyar yarısı yarısını yarı çeyrek düzine yüzde iki üçte katına katı ikiye üçe beşe
        dörde ona",
    actions: "
        *dım; *dim; *dum; *düm; *tım; *tim; *tum; *tüm; *dık; *dik; *duk; *dük; *tık; *tik; *tuk; *tük;
        !vardım; !oldum; !olduk; !istedim; !istedik; !sandım; !artık; !tüm; !adım; !yardım; !idim; !idik;
        !değildim; !değildik; !kadim; !teknik; !elektronik; !politik; !pratik; !analitik; !otomatik;
        !istatistik; !lojistik; !matematik; !açık; !sık; !büyük; !*iyordum; !*ıyordum; !*uyordum;
        !*üyordum; !*iyorduk; !*ıyorduk; !*uyorduk; !*üyorduk; !*aktım; !*ektim; !*saydım; !*seydim;
        !*madım; !*medim; !*madık; !*medik; !*ydım; !*ydim; !*ydum; !*ydük; !*ydik; !*ydık; !katık;
        !artik; !kritik; !romantik; !akademik; !dinamik; !artıdım; !kendim; !sevdim; !tatlım",
    not_names: "
        ben biz pazartesi salı çarşamba perşembe cuma cumartesi pazar evet hayır tamam",
    valence: VALENCE,
    negators: "hiç hiçbir asla ne",
    negators_after: "değil değildi değilim değildim yok yoktu olmadı değiliz değildik",
    boosters: "çok gerçekten son aşırı oldukça kesinlikle müthiş fazlasıyla en inanılmaz epey",
    dampeners: "biraz az kısmen nispeten",
};

/// Before the placeholder "şey": words that can't be its attribute.
const BEFORE_PLACEHOLDER: &str = "
        ben biz sen siz onlar sonra ve ama işte yani hani orada burada zaman ondan bunun benim bizim bana bize
        de da beni bizi artık tabii şimdi *de *da *te *ta *den *dan *ten *tan *yle *yla evet çünkü fakat ile";

static FILLERS: &[FillerRule] = &[
    hesitation("şey", When::Bare(
        BEFORE_PLACEHOLDER,
        "yaptım yaptık yapıyorum yapıyoruz yapmak yapıyordum yapıyorduk yapmıştım yaptı ettim ettik oldu diyeyim",
    ))
    .not_after("bir her hiçbir birçok bazı çok bu şu o başka aynı tek hiç böyle öyle şöyle diğer kaç iki üç ilk en ne güzel iyi kötü önemli yeni büyük *diğim *dığım *duğum *düğüm *tiğim *tığım *tuğum *tüğüm *diğimiz *dığımız *tığımız *tiğimiz *lan *len *acak *ecek *eceğim *acağım *ki")
    .not_before("değil var yok"),
    hesitation("e", When::SetOff),
    hesitation("ı", When::SetOff),
    hesitation("mm", When::SetOff),
    hesitation("ah", When::Inside),
    marker("yani", When::Always),
    marker("hani", When::Always),
    marker("işte", When::SetOff),
    marker("falan filan", When::Always),
    marker("falan", When::Always),
    marker("filan", When::Always),
    marker("nasıl desem", When::Always),
    marker("nasıl diyeyim", When::Always),
    marker("nasıl söylesem", When::Always),
    marker("nasıl denir", When::NotAsked),
    marker("ne bileyim", When::Always),
    marker("ne diyeyim", When::Always),
    marker("ne derler", When::NotAsked),
    marker("aslında", When::SetOff),
    marker("şimdi", When::SetOff),
    marker("neyse", When::SetOff),
    marker("tamam mı", When::SetOff),
    marker("anlatabiliyor muyum", When::Always),
];

static CUES: &[Cue] = &[
    Cue(Part::Situation, 0.55, "
        önceki işimde; son işimde; eski işimde; önceki şirkette; eski şirketimde; çalıştığım şirkette;
        çalışırken; çalıştığım dönemde; geçen yıl; geçen sene; ? yıl önce; ? sene önce; o dönemde; o
        zaman; o sırada; stajım sırasında; stajımda; üniversitedeyken; üniversitede; bir gün; bir
        keresinde; durum şuydu; sorun şuydu; bir sorun vardı; sorun vardı; bir problem vardı; problem
        yaşıyorduk; sıkıntı vardı; ekibimiz; örneğin; mesela; şirketimiz; başladığımda; müşteriler"),
    Cue(Part::Task, 0.6, "
        görevim; görevimiz; amacım; amacımız; hedefim; hedefimiz; sorumluydum; sorumluluğum; benden
        istendi; benden ... istedi; bana verildi; gerekiyordu; gerekti; zorundaydım; zorundaydık;
        lazımdı; rolüm; bana düşen; *mam gerekiyordu; *mem gerekiyordu; *mamız gerekiyordu; *memiz
        gerekiyordu"),
    Cue(Part::Action, 0.4, "
        karar verdim; karar verdik; ilk olarak; önce; sonra; ardından; daha sonra; başladım; başladık;
        adım adım; bunun üzerine; bunun için; ilk iş"),
    Cue(Part::Result, 0.6, "
        sonuç olarak; sonuçta; sonucunda; sonunda; böylece; bunun sayesinde; bu sayede; sayesinde; başardık;
        başardım; başarılı oldu; başarıyla; öğrendim; arttı; artırdık; artırdım; azaldı; azalttık;
        azalttım; düştü; düşürdük; düşürdüm; yükseldi; zamanında; iki katına; teslim ettik; kazandık;
        kazandım; memnun kaldı; tamamladık; tamamladım"),
];

static VALENCE: &[(f64, &str)] = &[
    (2.7, "mükemmel* harika* muhteşem* olağanüstü* şahane* müthiş*"),
    (2.4, "mutlu* sevdim seviyorum severim sevinç* sevindim bayıldım bayılıyorum"),
    (2.0, "
        başarı başarılı* başardım başardık başarıyla gurur* keyif* keyifli* memnun* kazandım kazandık
        teşekkür* heyecan* tutku*"),
    (1.5, "
        iyi iyiydi güzel* faydalı* yararlı* olumlu* verimli* kolay* güven* destek* gelişti* geliştirdi*
        ilginç* eğlenceli* hoş* umut* rahat* sakin* uyumlu*"),
    (-0.9, "zor zordu zorlu* sorun* problem* yavaş* gecik* yorgun* karmaşık*"),
    (-1.6, "
        korku* korktum stres* endişe* hata* çatışma* kriz* üzgün* üzüldüm zayıf* kaybet* kayıp* şikayet*
        sıkıcı* gergin* pişman* yanlış* kaygı* tartışma* haksız*"),
    (-2.2, "
        kötü* başarısız* hayal-kırıklığı kırıklığı kızgın* öfke* sinir* nefret* mutsuz* berbat*"),
    (-2.7, "korkunç* felaket* rezalet* iğrenç* kabus*"),
];
