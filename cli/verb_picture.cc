// quillet picture: a text on a photograph.
// SPDX-License-Identifier: MIT
#include <memory>

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "cli/output.h"
#include "cli/verbs.h"
#ifdef QUILLET_WITH_PICTURE
#    include "picture/picture.h"
#endif

namespace quillet {

#ifdef QUILLET_WITH_PICTURE
namespace {

struct PictureArguments {
    std::string photograph, text, output = "picture.jpg";
    PictureOptions picture;
    bool json = false;
};

int run(const PictureArguments& options) {
    require_ending(options.output, "JPEG", {".jpg", ".jpeg"});
    require_output(options.output, {options.photograph});
    ComposedPicture picture = compose_picture(read_file(options.photograph), options.photograph,
                                              options.text, options.picture);
    write_file(options.output, picture.jpeg);
    if (options.json) {
        nlohmann::ordered_json json = {{"file", options.output},
                                       {"width", picture.width},
                                       {"height", picture.height},
                                       {"bytes", picture.jpeg.size()},
                                       {"quality", picture.quality},
                                       {"theme", picture.theme},
                                       {"font", picture.font},
                                       {"size", picture.size},
                                       {"lines", picture.lines},
                                       {"contrast", picture.contrast},
                                       {"x", picture.x},
                                       {"y", picture.y},
                                       {"text_width", picture.text_width},
                                       {"text_height", picture.text_height}};
        print(json_text(json) + "\n", report_stream({options.output}));
        return 0;
    }
    char line[400];
    std::snprintf(line, sizeof line,
                  ": %d x %d, %zu bytes at quality %d; theme %s, %s at %.0f pixels, %d %s, "
                  "contrast %.1f:1\n",
                  picture.width, picture.height, picture.jpeg.size(), picture.quality,
                  picture.theme.c_str(), picture.font.c_str(), picture.size, picture.lines,
                  picture.lines == 1 ? "line" : "lines", picture.contrast);
    print(options.output + line, report_stream({options.output}));
    return 0;
}

}  // namespace

Run set_up_picture(Command& command) {
    auto options = std::make_shared<PictureArguments>();
    command.add_option("--photo", options->photograph, "The photograph, a JPEG file")
        ->required()
        ->check(existing_file());
    command.add_option("--text", options->text, "What to write on it")->required();
    command.add_option("-o,--output", options->output, "The JPEG file to write")->shows_default();
    command
        .add_option("--theme", options->picture.theme,
                    "auto, dark (a dark veil), light (a light veil) or card (a card of paper)")
        ->shows_default();
    command.add_option("--font", options->picture.font, "A font file instead of the built-in one")
        ->check(existing_file());
    command
        .add_option("--longest", options->picture.longest,
                    "Pixels of the longer side at most; a photograph is never made larger")
        ->check(whole_between(kLeastSide, kMostSide))
        ->shows_default();
    command
        .add_option("--bytes", options->picture.byte_limit,
                    "Bytes at most; the quality steps down to them")
        ->check(whole_between(1000, 1000000000))
        ->shows_default();
    command.add_flag("--json", options->json, "One JSON object of what was made");
    return [options] { return run(*options); };
}
#else
Run set_up_picture(Command& command) {
    command.takes_anything();
    return []() -> int {
        throw Error("picture",
                    "this program was built without it; install Pango, Cairo, "
                    "libjpeg-turbo and libexif (./dev build does) and build again");
    };
}
#endif

}  // namespace quillet
