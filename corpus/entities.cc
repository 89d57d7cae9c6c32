// HTML's entities: the names of HTML 4 and a few of HTML 5's, and numbers.
// SPDX-License-Identifier: MIT
#include "corpus/entities.h"

#include <charconv>
#include <unordered_map>

#include "base/utf8.h"
#include "corpus/strings.h"

namespace quillet {
namespace {

// Names and what they stand for. Spaces of every width are a space, and marks of direction nothing.
constexpr std::string_view kEntities =
    "nbsp= ;amp=&;lt=<;gt=>;quot=\";apos=';mdash=—;ndash=–;hellip=…;lsquo=‘;rsquo=’;sbquo=‚;"
    "ldquo=“;rdquo=”;bdquo=„;laquo=«;raquo=»;lsaquo=‹;rsaquo=›;middot=·;bull=•;ensp= ;emsp= ;"
    "thinsp= ;zwnj=;zwj=;lrm=;rlm=;shy=;prime=′;Prime=″;deg=°;sect=§;para=¶;dagger=†;copy=©;"
    "reg=®;trade=™;pound=£;euro=€;cent=¢;yen=¥;times=×;divide=÷;minus=−;plusmn=±;frac12=½;"
    "frac14=¼;frac34=¾;sup1=¹;sup2=²;sup3=³;iexcl=¡;iquest=¿;larr=←;rarr=→;agrave=à;aacute=á;"
    "acirc=â;atilde=ã;auml=ä;aring=å;aelig=æ;ccedil=ç;egrave=è;eacute=é;ecirc=ê;euml=ë;"
    "igrave=ì;iacute=í;icirc=î;iuml=ï;eth=ð;ntilde=ñ;ograve=ò;oacute=ó;ocirc=ô;otilde=õ;"
    "ouml=ö;oslash=ø;ugrave=ù;uacute=ú;ucirc=û;uuml=ü;yacute=ý;thorn=þ;szlig=ß;oelig=œ;"
    "scaron=š;Agrave=À;Aacute=Á;Acirc=Â;Auml=Ä;Aring=Å;AElig=Æ;Ccedil=Ç;Egrave=È;Eacute=É;"
    "Ecirc=Ê;Ntilde=Ñ;Ouml=Ö;Oslash=Ø;Uuml=Ü;OElig=Œ;thetasym=ϑ;alpha=α;beta=β;gamma=γ;pi=π;"
    "infin=∞;lbrace={;rbrace=};lbrack=[;rbrack=];vert=|;num=#;ast=*;colon=:;emsp13= ;"
    "curren=¤;brvbar=¦;uml=¨;ordf=ª;not=¬;macr=¯;acute=´;micro=µ;cedil=¸;ordm=º;Atilde=Ã;"
    "Euml=Ë;Igrave=Ì;Iacute=Í;Icirc=Î;Iuml=Ï;ETH=Ð;Ograve=Ò;Oacute=Ó;Ocirc=Ô;Otilde=Õ;"
    "Ugrave=Ù;Uacute=Ú;Ucirc=Û;Yacute=Ý;THORN=Þ;yuml=ÿ;Scaron=Š;Yuml=Ÿ;fnof=ƒ;circ=ˆ;tilde=˜;"
    "Alpha=Α;Beta=Β;Gamma=Γ;Delta=Δ;Epsilon=Ε;Zeta=Ζ;Eta=Η;Theta=Θ;Iota=Ι;Kappa=Κ;Lambda=Λ;"
    "Mu=Μ;Nu=Ν;Xi=Ξ;Omicron=Ο;Pi=Π;Rho=Ρ;Sigma=Σ;Tau=Τ;Upsilon=Υ;Phi=Φ;Chi=Χ;Psi=Ψ;Omega=Ω;"
    "delta=δ;epsilon=ε;zeta=ζ;eta=η;theta=θ;iota=ι;kappa=κ;lambda=λ;mu=μ;nu=ν;xi=ξ;omicron=ο;"
    "rho=ρ;sigmaf=ς;sigma=σ;tau=τ;upsilon=υ;phi=φ;chi=χ;psi=ψ;omega=ω;upsih=ϒ;piv=ϖ;Dagger=‡;"
    "permil=‰;oline=‾;frasl=⁄;image=ℑ;weierp=℘;real=ℜ;alefsym=ℵ;uarr=↑;darr=↓;harr=↔;crarr=↵;"
    "lArr=⇐;uArr=⇑;rArr=⇒;dArr=⇓;hArr=⇔;forall=∀;part=∂;exist=∃;empty=∅;nabla=∇;isin=∈;"
    "notin=∉;ni=∋;prod=∏;sum=∑;lowast=∗;radic=√;prop=∝;ang=∠;and=∧;or=∨;cap=∩;cup=∪;int=∫;"
    "there4=∴;sim=∼;cong=≅;asymp=≈;ne=≠;equiv=≡;le=≤;ge=≥;sub=⊂;sup=⊃;nsub=⊄;sube=⊆;supe=⊇;"
    "oplus=⊕;otimes=⊗;perp=⊥;sdot=⋅;lceil=⌈;rceil=⌉;lfloor=⌊;rfloor=⌋;lang=〈;rang=〉;loz=◊;"
    "spades=♠;clubs=♣;hearts=♥;diams=♦;";

// What the entity called `name` ("nbsp") stands for; a view of nothing if there is none.
std::string_view named_entity(std::string_view name) {
    static const auto rows = [] {
        std::unordered_map<std::string_view, std::string_view> made;
        for (std::string_view row : split(kEntities, ';')) {
            size_t equals = row.find('=');
            made[row.substr(0, equals)] = row.substr(equals + 1);
        }
        return made;
    }();
    auto row = rows.find(name);
    return row == rows.end() ? std::string_view() : row->second;
}

// The character of "39" or "x27", 0 where there is none that a text may hold.
char32_t numbered_character(std::string_view number) {
    bool hexadecimal = number.starts_with('x') || number.starts_with('X');
    if (hexadecimal) number.remove_prefix(1);
    uint32_t c = 0;
    auto [stop, error] =
        std::from_chars(number.data(), number.data() + number.size(), c, hexadecimal ? 16 : 10);
    bool whole = error == std::errc() && stop == number.data() + number.size();
    bool surrogate = c >= 0xD800 && c <= 0xDFFF;
    if (!whole || c == 0 || c > 0x10FFFF || surrogate) return 0;
    if (c < ' ') return ' ';
    // Old pages number the quotation marks of Windows, as browsers know.
    if (c >= 0x80 && c < 0xA0) {
        char32_t meant = windows_1252(static_cast<unsigned char>(c));
        return meant == 0xFFFD ? 0 : meant;
    }
    return c;
}

}  // namespace

char32_t windows_1252(unsigned char byte) {
    static constexpr char16_t kCharacters[] = {
        0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};
    return kCharacters[(byte - 0x80u) % 32];
}

size_t append_entity(std::string_view text, std::string& plain) {
    size_t end = text.substr(0, 12).find(';');
    if (end == npos || end < 2) return 0;
    std::string_view name = text.substr(1, end - 1);
    if (name[0] == '#') {
        char32_t c = numbered_character(name.substr(1));
        if (c == 0) return 0;
        append_utf8(plain, c);
        return end + 1;
    }
    std::string_view found = named_entity(name);
    if (found.data() == nullptr) return 0;
    plain += found;
    return end + 1;
}

void decode_entities(std::string& text) {
    decode_entities(text, [](std::string_view) { return true; });
}

void decode_entities(std::string& text, bool (*is_wanted)(std::string_view)) {
    size_t at = text.find('&');
    if (at == npos) return;
    std::string_view rest(text);
    std::string plain, meant;
    plain.reserve(text.size());
    for (; at != npos; at = rest.find('&')) {
        plain += rest.substr(0, at);
        rest.remove_prefix(at);
        meant.clear();
        size_t length = append_entity(rest, meant);
        const bool taken = length > 0 && is_wanted(meant);
        plain += taken ? meant : "&";
        rest.remove_prefix(taken ? length : 1);
    }
    plain += rest;
    text = std::move(plain);
}

}  // namespace quillet
