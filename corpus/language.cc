// Whether a short text is English, told by its function words, letters and scripts.
// SPDX-License-Identifier: MIT
#include "corpus/language.h"

#include <algorithm>
#include <cstdlib>

#include "base/utf8.h"
#include "corpus/strings.h"

namespace quillet {
namespace {

constexpr size_t kLooked = 240;  // bytes
constexpr int kLead = 10;        // points: a word of one side has two

constexpr std::string_view kEnglishWords =
    "the of and to a in is that it he was for on are with as i his they be at one have this from "
    "or had by not but what all were we when your can there an which their if do will how about "
    "out many then them these so some her would make like him into has no more go see than been "
    "who its now my over only may just where most know get through back much before good our man "
    "me too any same right think also around another came come must because does part even here "
    "such why things help put away again off great tell men say small every between name should "
    "never us last let end while might something both those always together often world going "
    "want until upon shall can't cannot could did don't nothing without being life love god "
    "truth time death people than though thou thee thy art hath doth ye unto you she ever myself "
    "himself yourself own yet still whose whom nor either neither less little less better best "
    "worse first day night old new young woman women child children mind heart soul power war "
    "peace true false wise fool evil nature human everything anything everyone nobody made take "
    "give live die aye wi o' nae na ane ye're hae mair gude ower frae ilka auld wee ken canna "
    "wad maun gang bairn muckle nane sma twa weel whan sae baith gie mony ony mak tak it's i'm "
    "that's there's isn't won't i've we're you're he's let's good-bye think'st is't 'tis 'twas "
    "keep seek find become makes goes begin enough better happiness freedom knowledge wisdom "
    "reason thing way work well did done used long year years against during under after once "
    "few each per themselves itself ourselves once become";

// Words of other languages, none of them English.
constexpr std::string_view kOtherWords =
    // German
    "der das und ist nicht ein eine einen einem einer eines zu den dem des mit sich auf auch es "
    "ich du er sie wir ihr aber wie wenn dass nur noch nach bei von vom zum zur als durch kann "
    "wird werden haben hat sind sein seine seinen ihre ihren mir dir mich dich uns euch kein "
    "keine nichts alles immer mehr sehr wer mensch menschen leben liebe gott welt "
    // French
    "le les une des du et est que qui dans ce cette ces pour pas plus par sur avec il elle nous "
    "vous ils je ne se sa ses son mon leur mais ou donc car si sont ont ai avait fait comme tout "
    "tous toute rien jamais sans aux au lui c'est n'est qu'il l'homme l'amour vie homme monde "
    "dieu "
    // Spanish, Portuguese, Italian
    "el los las del y es con para por una uno lo su sus al como pero sin sobre todo todos cuando "
    "muy ya hay quien nada vida mundo hombre amor dios os da dos das em uma um com para mais mas "
    "quando muito homem mundo deus nem il gli della dei di che non per sono una uno con dal "
    "dalla nella nel alla ma anche come quando tutto tutti niente vita uomo amore dio mondo piu "
    "cosa ci si mi ti vi questo questa quello chi perche "
    // Latin
    "et est non sed quod quae qui cum ad ut ex ab sunt esse nec neque atque ac quam quid enim "
    "ergo sum si aut nihil omnia omnes homo hominum vita mors deus dei deo semper rerum hic haec "
    "hoc eius nunc vel sic tamen ille ipse cogito veritas vinci vidi veni pax bellum populi vox "
    "mihi tibi sibi nobis vobis potest "
    // Dutch, Scandinavian
    "het een van dat niet zijn voor maar ook je ik wij zij naar heeft wordt geen meer uit bij "
    "och att det som en av till med den har inte om jag vi ett kan ikke og er til af jeg det paa "
    "hvad men sig "
    // Irish and Scots Gaelic, Welsh
    "agus ag ar na nil ta bhfuil an-t go leis le gan sa is ni mar nach tha cha gu aig airson ach "
    "bidh mac maith thu tus lae ar-lae yn y yr mae "
    // Polish, Czech, Hungarian, Turkish, Finnish, Indonesian, Swahili
    "nie jest sie na z w do co jak tak ale czy tylko przez bez jsem neni nebo kdo hogy nem egy "
    "az van ve bir bu icin ne olarak ja ei se mutta kun yang dan di ini itu dengan ni ya wa kwa "
    "na "
    // Transcribed Greek, Russian, Sanskrit
    "kai ton tou tis ouk esti chto kak eto tvoj cara asti";

// Longer words do not join sentences.
constexpr size_t kLongestWord = 8;

// Letters that English text does not have: accents and other scripts. Typographic punctuation is
// not among them.
int foreign_weight(char32_t c) {
    if (c < 0xC0 || (c >= 0x2000 && c < 0x2E80) || c == 0xD7 || c == 0xF7) return 0;
    if (c == 0xE9 || c == 0xE8 || c == 0xEF || c == 0xE6 || c == 0x153)
        return 1;  // cliché, naïve, Cæsar
    return c >= 0x370 ? 4 : 2;
}

// Letters that stand together in English words more than in those of other languages.
bool has_english_shape(std::string_view word) {
    static const Words parts = split("th ght sh wh ck ee oo ow ea ou ew oa ai ff ll dg", ' '),
                       endings = split("ing ly ed er ers ies ss y 's", ' ');
    return contains_any(word, parts) || ends_with_any(word, endings);
}

struct Evidence {
    int english = 0, other = 0, words = 0, shapes = 0;

    bool decides() const { return std::abs(english - other) >= kLead; }

    // A word in small letters, and the weight of its foreign letters.
    void add(std::string_view word, int foreign) {
        static const WordSet english_words = word_set(kEnglishWords),
                             other_words = word_set(kOtherWords);
        other += std::min(foreign, 4);
        words++;
        shapes += has_english_shape(word);
        if (word.size() > kLongestWord || foreign > 0) return;
        bool in_english = english_words.contains(word), in_other = other_words.contains(word);
        english += in_english ? in_other ? 1 : 2 : 0;
        other += in_other ? in_english ? 1 : 2 : 0;
    }
};

Evidence weigh(std::string_view text) {
    Evidence evidence;
    std::string word;
    int foreign = 0;
    auto end_word = [&] {
        if (!word.empty()) evidence.add(word, foreign);
        word.clear();
        foreign = 0;
    };
    while (!text.empty() && !evidence.decides()) {
        char32_t c = take_utf8(text).value_or(0xFFFD);
        int weight = foreign_weight(c);
        bool apostrophe =
            (c == '\'' || c == 0x2019) && !word.empty() && !text.empty() && is_alpha(text[0]);
        if (c < 128 && is_alpha(static_cast<char>(c)))
            word += static_cast<char>(c | 0x20);
        else if (apostrophe)
            word += '\'';
        else if (weight > 0)
            word += '?';
        else
            end_word();
        foreign += weight;
    }
    end_word();
    return evidence;
}

// Each ASCII letter moved by half the alphabet.
std::string rotated(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        if (is_alpha(c)) c = static_cast<char>((c & 0x20) + 'A' + ((c | 0x20) - 'a' + 13) % 26);
    return result;
}

}  // namespace

Language guess_language(std::string_view text) {
    if (text.size() > kLooked) {
        text = text.substr(0, kLooked);
        while (!text.empty() && is_high(text.back())) text.remove_suffix(1);
    }
    Evidence evidence = weigh(text);
    // English in ROT13, as fortunes that may offend are kept.
    if (evidence.english < 2 && weigh(rotated(text)).english >= 6) return Language::kOther;
    // So many words of English that join nothing are a rarity: 8 of 21,000 quotations and proverbs.
    if (evidence.english == 0 && evidence.words >= 5 && evidence.shapes < 2)
        return Language::kOther;
    if (evidence.english > evidence.other) return Language::kEnglish;
    if (evidence.other > evidence.english && evidence.other >= 2) return Language::kOther;
    return Language::kUnknown;
}

}  // namespace quillet
