//! Indonesian.

use super::Words;

pub(super) static WORDS: Words = Words {
    work: "
        tanya* bertanya menanyakan cek periksa memeriksa tulis menulis catat mencatat telepon menelepon ukur
        mengukur uji menguji coba mencoba banding* membandingkan daftar mendaftar dokumen* jelaskan
        menjelaskan tunjuk* menunjukkan kirim mengirim perbaiki memperbaiki rencana* jadwal* menjadwalkan
        tinjau meninjau baca membaca hitung menghitung gambar pecah memecah pisah* memisahkan urut*
        mengurutkan ulang mengulang tunggu menunggu berhenti menghentikan mulai memulai pindah* memindahkan
        hapus menghapus tambah menambah* ganti mengganti potong memotong bangun membangun jalankan menjalankan
        atur mengatur sepakat* menyepakati tawar* menawarkan undang mengundang temu bertemu rapat kunjung*
        mengunjungi latih melatih ajar mengajar* tanda pesan harga biaya bayar membayar tagihan kontrak
        tenggat hari minggu pekan bulan jam menit senin selasa rabu kamis jumat pagi siang sore malam kemarin
        besok karena sebab lalu kemudian sebelum sampai dulu pertama kedua ketiga tabel berkas file lembar
        halaman formulir kode server antrean cadangan rilis galat batas",
    general: "
        selalu segala semua setiap apa siapa pasti tentu tentunya sungguh sangat benar-benar senantiasa mutlak
        sepenuhnya terus semangat* motiv* antusias* komitmen* dedikasi* proaktif fleksibel dinamis ambisi*
        andal adaptif bakat* naluri insting intuisi pengalaman sukses kesuksesan keberhasilan visi misi pola
        sikap nilai nilai-nilai budaya sinergi holistik unggul keunggulan inovati* inovasi kualitas percaya
        kepercayaan kejujuran jujur hormat komunikasi kerja sama harmoni* energi perjalanan hati jiwa mimpi
        impian pertumbuhan potensi tantangan peluang kesempatan dunia hidup kehidupan manusia orang-orang
        hakikat inti kunci fondasi dasar hal berbagai umumnya penting pentingnya utama bangga positif optimis
        yakin cinta suka senang kekuatan kemampuan keterampilan profesional* modern terbaik solusi kreati*
        inspirasi menginspirasi filosofi prinsip luar biasa hebat sempurna strategi* transformasi tulus
        ketulusan ikhlas syukur bersyukur makna bermakna keluarga kebersamaan cita-cita",
    links: "
        karena sebab sehingga maka pertama kedua ketiga lalu kemudian akhirnya setelah sesudah sebelum sampai
        namun tetapi tapi meskipun walaupun padahal sedangkan misalnya contohnya alasannya hasilnya kalau jika
        ketika sementara",
};
