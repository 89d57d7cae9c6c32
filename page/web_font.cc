// The letters of a page: EB Garamond, cut down to what the page can show.
// SPDX-License-Identifier: MIT
#include "page/web_font.h"

#ifdef QUILLET_PAGE_REGULAR
#    include <hb-subset.h>

#    include <memory>

namespace quillet {
namespace {

template <auto destroy>
struct Destroy {
    template <typename T>
    void operator()(T* object) const {
        destroy(object);
    }
};
using Blob = std::unique_ptr<hb_blob_t, Destroy<hb_blob_destroy>>;
using Face = std::unique_ptr<hb_face_t, Destroy<hb_face_destroy>>;
using Input = std::unique_ptr<hb_subset_input_t, Destroy<hb_subset_input_destroy>>;

// Empty where the file is no font that can be cut.
std::string subset_of(const char* file, const std::set<char32_t>& codes) {
    const Blob blob(hb_blob_create_from_file_or_fail(file));
    const Input input(hb_subset_input_create_or_fail());
    if (!blob || !input) return "";
    for (char32_t code : codes) hb_set_add(hb_subset_input_unicode_set(input.get()), code);
    // Figures that stand in tables and beside capitals, beside the defaults.
    for (const hb_tag_t feature : {HB_TAG('l', 'n', 'u', 'm'), HB_TAG('t', 'n', 'u', 'm')})
        hb_set_add(hb_subset_input_set(input.get(), HB_SUBSET_SETS_LAYOUT_FEATURE_TAG), feature);
    const Face whole(hb_face_create(blob.get(), 0));
    const Face part(hb_subset_or_fail(whole.get(), input.get()));
    if (!part) return "";
    const Blob bytes(hb_face_reference_blob(part.get()));
    unsigned length = 0;
    const char* data = hb_blob_get_data(bytes.get(), &length);
    return std::string(data, length);
}

}  // namespace

std::map<std::string, std::string> web_fonts(const std::set<char32_t>& codes) {
    std::string roman = subset_of(QUILLET_PAGE_REGULAR, codes);
    std::string italic = subset_of(QUILLET_PAGE_ITALIC, codes);
    if (roman.empty() || italic.empty()) return {};
    return {{"roman.otf", std::move(roman)}, {"italic.otf", std::move(italic)}};
}

}  // namespace quillet
#else
namespace quillet {

std::map<std::string, std::string> web_fonts(const std::set<char32_t>&) {
    return {};
}

}  // namespace quillet
#endif
