//! Turkish.

use super::Words;

pub(super) static WORDS: Words = Words {
    work: "
        sor* kontrol* yaz* ara* telefon* ölç* test* deney* karşılaştır* listele* liste* belge* anlat* açıkla*
        göster* gönder* düzelt* planla* plan* takvim* incele* oku* kayded* kayıt* say* çiz* böl* ayır* sırala*
        not tekrar* bekle* durdur* başla* taşı* kaldır* ekle* sil* değiştir* kes* kur* çalıştır* ayarla*
        anlaş* söz* öner* davet* görüş* toplan* ziyaret* eğit* öğret* imzala* sipariş* fiyat* maliyet* öde*
        fatura* sözleşme* gün* hafta* ay saat* dakika* pazartesi salı çarşamba perşembe cuma sabah* akşam* dün
        yarın çünkü önce sonra yerine kadar ilk ikinci üçüncü tablo* dosya* sayfa* form* sorgu* kod* sunucu*
        kuyruk* yedek* sürüm* hata* sınır*",
    general: "
        her herkes herşey daima asla hep sürekli kesinlikle gerçekten mutlaka elbette tabii tamamen son
        oldukça çok tutku* motiv* heyecan* azim* adanmış* özveri* çalışkan* esnek* dinamik* güvenilir* uyumlu*
        yetenek* sezgi* içgüdü* tecrübe* deneyim* başarı* vizyon* misyon* zihniyet* tutum* değer* kültür*
        sinerji* bütünsel* mükemmel* yenilik* yaratıcı* kalite* güven* dürüst* saygı* iletişim* takım ruh*
        uyum* enerji* yolculuk* kalp* yürek* gönül* hayal* gelişim* potansiyel* zorluk* fırsat* dünya* hayat*
        insan* yaşam* doğa* öz* temel* anahtar* önemli* önem* gerek* şart* esas* gurur* olumlu* iyimser* inan*
        sev* keyif* güçlü* profesyonel* modern* çağ* en iyi* çözüm* ilham* felsefe* ilke* harika* muhteşem*
        verimli* etkin* stratej* dönüş* pozitif* farkındalık* sorumluluk* disiplin* kararlı* daha genel*
        çeşitli* birçok şey* bakış* denge*",
    links: "
        çünkü zira dolayısıyla önce ilk ikinci üçüncü sonra ardından nihayet sonunda ancak fakat ama oysa
        rağmen yerine örneğin mesela neden sonuç böylece ise eğer iken kadar",
};
