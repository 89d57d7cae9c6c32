// A photograph as pixels: JPEG in and out by libjpeg-turbo, orientation by libexif.
// SPDX-License-Identifier: MIT
#include "picture/photograph.h"

#include <jpeglib.h>
#include <libexif/exif-data.h>

#include <algorithm>
#include <csetjmp>
#include <cstdlib>
#include <memory>

#include "base/error.h"

namespace quillet {
namespace {

constexpr uint64_t kMostPixels = 200'000'000;
constexpr int kBestQuality = 92, kWorstQuality = 30, kQualityStep = 4;

// libjpeg's errors come back by longjmp; warnings (a damaged scan, a file cut short) are counted.
struct JpegErrors {
    jpeg_error_mgr manager;
    jmp_buf jump;
    char message[JMSG_LENGTH_MAX];
};

void fail(j_common_ptr jpeg) {
    auto* errors = reinterpret_cast<JpegErrors*>(jpeg->err);
    jpeg->err->format_message(jpeg, errors->message);
    longjmp(errors->jump, 1);
}

void keep_warning(j_common_ptr jpeg, int level) {
    if (level >= 0) return;
    auto* errors = reinterpret_cast<JpegErrors*>(jpeg->err);
    if (jpeg->err->num_warnings++ == 0) jpeg->err->format_message(jpeg, errors->message);
}

jpeg_error_mgr* listen(JpegErrors& errors) {
    jpeg_std_error(&errors.manager);
    errors.manager.error_exit = fail;
    errors.manager.emit_message = keep_warning;
    errors.message[0] = '\0';
    return &errors.manager;
}

// EXIF orientation, 1 to 8, of an APP1 marker's data; 1 where it names none.
int orientation_of(const uint8_t* data, unsigned size) {
    std::unique_ptr<ExifData, void (*)(ExifData*)> exif(exif_data_new_from_data(data, size),
                                                        exif_data_unref);
    if (!exif) return 1;
    ExifEntry* entry = exif_content_get_entry(exif->ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION);
    if (!entry || entry->format != EXIF_FORMAT_SHORT || entry->size < 2) return 1;
    int value = exif_get_short(entry->data, exif_data_get_byte_order(exif.get()));
    return value >= 1 && value <= 8 ? value : 1;
}

// The eighths of its size at which a photograph is decoded: the least that still has `longest`.
unsigned eighths_for(unsigned width, unsigned height, int longest) {
    uint64_t side = std::max(width, height);
    for (unsigned eighths : {1u, 2u, 4u})
        if (side * eighths / 8 >= static_cast<uint64_t>(longest)) return eighths;
    return 8;
}

struct Decoded {
    Photograph pixels;
    int width = 0, height = 0;  // of the file
    int orientation = 1;
    std::string complaint;  // empty: all is well
};

// Everything with a destructor lives in `result`, outside of what longjmp leaves.
void decode(std::string_view bytes, int longest, Decoded& result) {
    jpeg_decompress_struct jpeg;
    JpegErrors errors;
    jpeg.err = listen(errors);
    if (setjmp(errors.jump)) {
        result.complaint = errors.message;
        jpeg_destroy_decompress(&jpeg);
        return;
    }
    jpeg_create_decompress(&jpeg);
    jpeg_mem_src(&jpeg, reinterpret_cast<const uint8_t*>(bytes.data()),
                 static_cast<unsigned long>(bytes.size()));
    jpeg_save_markers(&jpeg, JPEG_APP0 + 1, 0xFFFF);
    jpeg_read_header(&jpeg, TRUE);
    result.width = static_cast<int>(jpeg.image_width);
    result.height = static_cast<int>(jpeg.image_height);
    if (jpeg.num_components != 1 && jpeg.num_components != 3) {
        result.complaint = "has " + std::to_string(jpeg.num_components) +
                           " color components; expected gray or RGB, not CMYK";
    } else if (uint64_t{jpeg.image_width} * jpeg.image_height > kMostPixels) {
        result.complaint = "has more than 200 megapixels";
    } else if (std::min(result.width, result.height) < kLeastSide) {
        // Told from its size alone.
    } else {
        for (jpeg_saved_marker_ptr marker = jpeg.marker_list; marker; marker = marker->next)
            if (marker->data_length >= 6 && marker->data[0] == 'E' && result.orientation == 1)
                result.orientation = orientation_of(marker->data, marker->data_length);
        jpeg.out_color_space = JCS_RGB;
        jpeg.scale_num = eighths_for(jpeg.image_width, jpeg.image_height, longest);
        jpeg.scale_denom = 8;
        jpeg_start_decompress(&jpeg);
        result.pixels.width = static_cast<int>(jpeg.output_width);
        result.pixels.height = static_cast<int>(jpeg.output_height);
        size_t row = size_t{jpeg.output_width} * 3;
        result.pixels.rgb.resize(row * jpeg.output_height);
        while (jpeg.output_scanline < jpeg.output_height) {
            JSAMPROW line = result.pixels.rgb.data() + row * jpeg.output_scanline;
            jpeg_read_scanlines(&jpeg, &line, 1);
        }
        jpeg_finish_decompress(&jpeg);
        if (jpeg.err->num_warnings > 0) result.complaint = errors.message;
    }
    jpeg_destroy_decompress(&jpeg);
}

// `from` as EXIF orientation `orientation` wants it shown: 2 to 4 mirror and turn by half, 5 to 8
// change the sides as well.
Photograph upright(Photograph from, int orientation) {
    if (orientation == 1) return from;
    bool turned = orientation >= 5;
    Photograph to;
    to.width = turned ? from.height : from.width;
    to.height = turned ? from.width : from.height;
    to.rgb.resize(from.rgb.size());
    bool flip_x = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    bool flip_y = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    uint8_t* out = to.rgb.data();
    for (int y = 0; y < to.height; y++) {
        for (int x = 0; x < to.width; x++, out += 3) {
            int u = turned ? y : x, v = turned ? x : y;
            if (flip_x) u = from.width - 1 - u;
            if (flip_y) v = from.height - 1 - v;
            std::copy_n(from.pixel(u, v), 3, out);
        }
    }
    return to;
}

// What one output pixel takes of a row or column: whole source pixels and shares of the outer two.
struct Span {
    int first = 0, last = 0;  // last included
    uint32_t first_weight = 0, weight = 0, last_weight = 0;
};

std::vector<Span> spans(int from, int to) {
    std::vector<Span> result(static_cast<size_t>(to));
    for (int i = 0; i < to; i++) {
        uint64_t begin = (uint64_t(i) * uint64_t(from) << 12) / uint64_t(to);
        uint64_t end = (uint64_t(i + 1) * uint64_t(from) << 12) / uint64_t(to);
        Span& span = result[size_t(i)];
        span.first = int(begin >> 12);
        span.last = std::min(int((end - 1) >> 12), from - 1);
        span.weight = 4096;
        span.first_weight = 4096 - uint32_t(begin & 4095);
        span.last_weight = uint32_t(end - (uint64_t(span.last) << 12));
        if (span.first == span.last) span.first_weight = span.last_weight = uint32_t(end - begin);
    }
    return result;
}

uint32_t weight_at(const Span& span, int at) {
    return at == span.first ? span.first_weight : at == span.last ? span.last_weight : span.weight;
}

// Made smaller by the mean over each output pixel's area.
Photograph smaller(const Photograph& from, int width, int height) {
    Photograph to{width, height, std::vector<uint8_t>(size_t(width) * size_t(height) * 3)};
    std::vector<Span> columns = spans(from.width, width), rows = spans(from.height, height);
    std::vector<uint64_t> sums(size_t(width) * 3);
    for (int y = 0; y < height; y++) {
        std::fill(sums.begin(), sums.end(), 0);
        uint64_t area_y = 0;
        for (int v = rows[size_t(y)].first; v <= rows[size_t(y)].last; v++) {
            uint64_t row_weight = weight_at(rows[size_t(y)], v);
            area_y += row_weight;
            const uint8_t* line = from.pixel(0, v);
            for (int x = 0; x < width; x++) {
                const Span& span = columns[size_t(x)];
                for (int u = span.first; u <= span.last; u++)
                    for (int c = 0; c < 3; c++)
                        sums[size_t(x * 3 + c)] +=
                            row_weight * weight_at(span, u) * line[size_t(u) * 3 + size_t(c)];
            }
        }
        for (int x = 0; x < width; x++) {
            uint64_t area_x = 0;
            for (int u = columns[size_t(x)].first; u <= columns[size_t(x)].last; u++)
                area_x += weight_at(columns[size_t(x)], u);
            for (int c = 0; c < 3; c++)
                to.pixel(x, y)[c] =
                    uint8_t((sums[size_t(x * 3 + c)] + area_x * area_y / 2) / (area_x * area_y));
        }
    }
    return to;
}

// `length` of a photograph whose longer side goes from `side` to `longest`.
int scaled(int length, int longest, int side) {
    return std::max(1, int((int64_t(length) * longest + side / 2) / side));
}

// Throws Error for a file that is too small, and for one too narrow once it is made smaller: letters
// are a share of the shorter side, and could not be read.
void require_sides(const Decoded& file, const std::string& where, int longest) {
    const int side = std::max(file.width, file.height), other = std::min(file.width, file.height);
    const auto size = [](int width, int height) {
        return std::to_string(width) + " x " + std::to_string(height) + " pixels";
    };
    const std::string least = "; expected at least " + std::to_string(kLeastSide) + " on each side";
    if (other < kLeastSide) throw Error(where, "is " + size(file.width, file.height) + least);
    if (side <= longest || scaled(other, longest, side) >= kLeastSide) return;
    // The least longer side at which the other is kLeastSide.
    const int64_t needed = (int64_t(kLeastSide) * side + other - 1) / other;
    throw Error(
        where,
        "is " + size(file.width, file.height) + ", and " +
            size(scaled(file.width, longest, side), scaled(file.height, longest, side)) +
            " with a longer side of " + std::to_string(longest) + least +
            (needed <= kMostSide ? ": crop it, or allow a longer side of " + std::to_string(needed)
                                 : ": crop it"));
}

}  // namespace

Photograph read_photograph(std::string_view jpeg, const std::string& where, int longest) {
    Decoded decoded;
    decode(jpeg, longest, decoded);
    if (!decoded.complaint.empty())
        throw Error(where, "is no photograph that can be used: " + decoded.complaint +
                               "; expected a whole JPEG file");
    require_sides(decoded, where, longest);
    Photograph photograph = std::move(decoded.pixels);
    int side = std::max(photograph.width, photograph.height);
    if (side > longest)
        photograph = smaller(photograph, scaled(photograph.width, longest, side),
                             scaled(photograph.height, longest, side));
    return upright(std::move(photograph), decoded.orientation);
}

std::string jpeg_of(const Photograph& photograph, int quality) {
    struct Output {
        unsigned char* bytes = nullptr;
        unsigned long size = 0;
        ~Output() { std::free(bytes); }
    } output;
    jpeg_compress_struct jpeg;
    JpegErrors errors;
    jpeg.err = listen(errors);
    if (setjmp(errors.jump)) {
        jpeg_destroy_compress(&jpeg);
        throw Error("picture", std::string("cannot be written as JPEG: ") + errors.message);
    }
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, &output.bytes, &output.size);
    jpeg.image_width = static_cast<JDIMENSION>(photograph.width);
    jpeg.image_height = static_cast<JDIMENSION>(photograph.height);
    jpeg.input_components = 3;
    jpeg.in_color_space = JCS_RGB;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, quality, TRUE);
    // Colored edges of letters stay sharp.
    jpeg.comp_info[0].h_samp_factor = jpeg.comp_info[0].v_samp_factor = 1;
    jpeg_start_compress(&jpeg, TRUE);
    while (jpeg.next_scanline < jpeg.image_height) {
        auto* line = const_cast<uint8_t*>(
            &photograph.rgb[size_t{jpeg.next_scanline} * size_t(photograph.width) * 3]);
        jpeg_write_scanlines(&jpeg, &line, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    return std::string(reinterpret_cast<char*>(output.bytes), output.size);
}

EncodedPhotograph jpeg_within(const Photograph& photograph, size_t byte_limit) {
    size_t least = 0;
    for (int quality = kBestQuality; quality >= kWorstQuality; quality -= kQualityStep) {
        std::string jpeg = jpeg_of(photograph, quality);
        least = jpeg.size();
        if (least <= byte_limit) return {std::move(jpeg), quality};
    }
    throw Error("picture", "has " + std::to_string(least) + " bytes at the lowest quality; " +
                               std::to_string(byte_limit) +
                               " are allowed; make it smaller by --longest");
}

}  // namespace quillet
