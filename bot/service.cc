// The services by name, and what all of them hold an item to.
// SPDX-License-Identifier: MIT
#include "bot/service.h"

#include "base/utf8.h"
#include "bot/http.h"

namespace quillet {
namespace {

void check_text(const std::string& name, const std::string& text, size_t characters) {
    // Code points are never fewer than graphemes: what holds for them holds for graphemes.
    size_t count = 0;
    bool only_space = true;
    for (char32_t character : decode_utf8(text, name)) {
        count++;
        if (character > U' ' && character != 0xA0) only_space = false;
    }
    if (only_space)
        throw ServiceError(name, "is empty; nothing is posted without it", Trouble::item);
    if (count > characters)
        throw ServiceError(name,
                           "has " + std::to_string(count) + " characters; " +
                               std::to_string(characters) + " are allowed",
                           Trouble::item);
}

}  // namespace

void check_item(const QueueItem& item, const ItemLimits& limits) {
    check_text("text", item.text, limits.text_characters);
    if (item.text.size() > limits.text_bytes)
        throw ServiceError("text",
                           "has " + std::to_string(item.text.size()) + " bytes; " +
                               std::to_string(limits.text_bytes) + " are allowed",
                           Trouble::item);
    check_text("alt text", item.alt, limits.alt_characters);
    if (item.picture.empty() || item.picture.size() > limits.picture_bytes)
        throw ServiceError("picture",
                           "has " + std::to_string(item.picture.size()) + " bytes; 1 to " +
                               std::to_string(limits.picture_bytes) + " are allowed",
                           Trouble::item);
}

std::unique_ptr<Service> make_service(const BotConfig& config, Store& store, const Host& host) {
    if (config.service == "bluesky") return make_bluesky(config, store, host);
    if (config.service == "mastodon") return make_mastodon(config, store, host);
    if (config.service == "folder") return make_folder(config, host);
    throw Error("service", "is '" + config.service + "'; expected bluesky, mastodon or folder");
}

}  // namespace quillet
