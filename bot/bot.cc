// The bot: what is posted, when, and once.
// SPDX-License-Identifier: MIT
#include "bot/bot.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/file.h"
#include "bot/filter.h"
#include "bot/http.h"

namespace quillet {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMostDescription = 1100;  // bytes: with a line it fits every service
constexpr int kRounds = 8;                 // of candidates, before no line is said to pass
constexpr double kLongestBackOff = 60;     // seconds between tries

std::string trimmed(const std::string& text) {
    size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string::npos) return "";
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

fs::path description_of(fs::path photograph) {
    return photograph.replace_extension(".txt");
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (size_t at = 0; at < text.size();) {
        size_t end = std::min(text.find('\n', at), text.size());
        if (end > at) lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

}  // namespace

std::vector<fs::path> described_photographs(const fs::path& folder) {
    std::vector<fs::path> result;
    std::error_code none;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, none)) {
        std::string extension = entry.path().extension().string();
        std::transform(extension.begin(), extension.end(), extension.begin(),
                       [](unsigned char c) { return char(std::tolower(c)); });
        if (extension != ".jpg" && extension != ".jpeg") continue;
        fs::path description = description_of(entry.path());
        if (!fs::exists(description, none)) continue;
        size_t length = trimmed(read_file(description)).size();
        if (length > 0 && length <= kMostDescription) result.push_back(entry.path());
    }
    std::sort(result.begin(), result.end());
    return result;
}

std::string alt_text(const std::string& text, const fs::path& photograph) {
    fs::path file = description_of(photograph);
    std::string description = fs::exists(file) ? trimmed(read_file(file)) : "";
    if (description.empty())
        throw Error(photograph.string(),
                    "has no description; expected a sentence of what it shows in " + file.string());
    return text + "\n\nThe words stand on a photograph: " + description;
}

std::string tid_of(int64_t microseconds, uint32_t random) {
    uint64_t value = (uint64_t(microseconds) & ((uint64_t{1} << 53) - 1)) << 10 | (random & 1023);
    std::string result(13, '2');
    for (size_t i = 13; i-- > 0; value >>= 5)
        result[i] = "234567abcdefghijklmnopqrstuvwxyz"[value & 31];
    return result;
}

Bot::Bot(BotConfig config, const Host& host, Maker maker)
    : config_(std::move(config)),
      host_(host),
      maker_(std::move(maker)),
      store_(config_.path("bot.sqlite")),
      service_(make_service(config_, store_, host_)) {}

std::string Bot::pick_line(uint32_t seed) {
    Filter filter(config_.shortest, config_.longest);
    if (!config_.words_file.empty() && fs::exists(config_.path(config_.words_file)))
        filter.refuse_words(read_file(config_.path(config_.words_file)));
    if (!config_.training_text.empty())
        filter.refuse_lines(lines_of(read_file(config_.path(config_.training_text))));
    filter.refuse_lines(store_.texts());
    std::string last_complaint = "none was written";
    uint32_t number = 0;
    for (int round = 0; round < kRounds; round++) {
        BotLine best{"", std::numeric_limits<int32_t>::min()};
        for (int i = 0; i < config_.candidates; i++) {
            std::optional<BotLine> line = maker_.line(seed, number++, best.score);
            if (!line) continue;
            line->text = trimmed(line->text);
            const std::string complaint = filter.complaint(line->text);
            if (complaint.empty())
                best = std::move(*line);
            else
                last_complaint = "\"" + line->text + "\" " + complaint;
        }
        if (!best.text.empty()) return best.text;
    }
    throw Error("the model", "wrote no line that may be posted; the last one: " + last_complaint);
}

fs::path Bot::pick_photograph() const {
    fs::path folder = config_.path(config_.photographs);
    std::vector<fs::path> all = described_photographs(folder);
    if (all.empty())
        throw Error(
            folder.string(),
            "has no photograph with a description; expected P.jpg and P.txt of 1 to 1,100 bytes");
    // In turn: the one whose last use is longest ago, so that none follows itself where there are two.
    std::vector<std::string> used = store_.photographs();
    auto age = [&](const fs::path& photograph) {
        return std::find(used.begin(), used.end(), photograph.filename().string()) - used.begin();
    };
    return *std::max_element(all.begin(), all.end(),
                             [&](const fs::path& a, const fs::path& b) { return age(a) < age(b); });
}

std::string Bot::new_key() const {
    return tid_of(host_.now(), host_.random());
}

QueueItem Bot::make_item() {
    QueueItem item;
    fs::path photograph = pick_photograph();
    item.text = pick_line(host_.random());
    item.photograph = photograph.filename().string();
    item.alt = alt_text(item.text, photograph);
    BotPicture picture = maker_.picture(photograph, item.text);
    item.picture = std::move(picture.jpeg);
    item.width = picture.width;
    item.height = picture.height;
    item.key = new_key();
    item.begun = host_.now();
    item.state = config_.automatic ? "approved" : "waiting";
    service_->check(item);
    return item;
}

int64_t Bot::keep(QueueItem item) {
    host_.step("before keeping the item");
    int64_t id = store_.add(item);
    host_.step("after keeping the item");
    return id;
}

void Bot::fill_queue() {
    while (store_.count("waiting") + store_.count("approved") < config_.ahead) keep(make_item());
}

std::optional<QueueItem> Bot::begin(std::optional<int64_t> slot) {
    std::optional<QueueItem> item = store_.oldest("approved");
    if (!item && config_.automatic) {
        keep(make_item());
        item = store_.oldest("approved");
    }
    if (!item) return std::nullopt;
    host_.step("before beginning");
    store_.begin_posting(item->id, host_.now(), slot);
    host_.step("after beginning");
    return publish(item->id);
}

// Tries, waiting longer and longer (full jitter), as the server asks where it asks.
QueueItem Bot::publish(int64_t id) {
    std::optional<QueueItem> item = store_.item(id);
    for (int attempt = 1;; attempt++) {
        try {
            std::string uri = service_->publish(*item);
            host_.step("before noting the post");
            store_.finish_posting(id, uri);
            host_.step("after noting the post");
            store_.log(host_.now(),
                       "posted " + std::to_string(id) + " as " + uri + ": " + item->text);
            return *store_.item(id);
        } catch (const ServiceError& error) {
            store_.log(host_.now(),
                       "item " + std::to_string(id) + ": " + error.where() + " " + error.what());
            if (error.trouble == Trouble::item)
                store_.fail_posting(id, error.where() + " " + error.what());
            double even = host_.random() / 4294967296.0;
            double wait = std::min(kLongestBackOff, std::exp2(attempt)) * (0.5 + 0.5 * even);
            if (error.wait > 0) wait = error.wait + even;
            bool worth_waiting = error.trouble == Trouble::later && attempt < config_.tries &&
                                 wait <= 2 * kLongestBackOff;
            if (!worth_waiting) throw;
            host_.tell(error.where() + " " + error.what() + "; again in " +
                       std::to_string(int(wait + 0.5)) + " s");
            host_.sleep(wait);
        }
    }
}

std::optional<QueueItem> Bot::finish_begun() {
    std::optional<QueueItem> begun = store_.oldest("posting");
    if (!begun) return std::nullopt;
    host_.tell("finishing item " + std::to_string(begun->id) + ", which was begun");
    return publish(begun->id);
}

std::optional<QueueItem> Bot::post_now() {
    if (std::optional<QueueItem> finished = finish_begun()) return finished;
    return begin(std::nullopt);
}

std::optional<QueueItem> Bot::post_due() {
    std::optional<QueueItem> finished = finish_begun();
    int64_t now = host_.now() / 1000000, slot = slot_before(config_.schedule, now);
    if (now - slot > config_.grace_minutes * 60 || store_.of_slot(slot)) return finished;
    std::optional<QueueItem> posted = begin(slot);
    return posted ? posted : finished;
}

int64_t Bot::next_slot() const {
    return slot_after(config_.schedule, host_.now() / 1000000);
}

}  // namespace quillet
