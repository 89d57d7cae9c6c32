// The bot: what is posted, when, and once.
// SPDX-License-Identifier: MIT
#include "bot/bot.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "base/utf8.h"
#include "bot/http.h"
#include "corpus/input.h"

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

// The description in `file`. Throws Error naming the file, and the line where it has one, for what
// cannot be read, is not UTF-8 or has more bytes than a post may; missing or without words: "".
std::string description_in(const fs::path& file) {
    std::error_code none;
    if (!fs::exists(file, none)) return "";
    const std::string bytes = read_file(file);
    if (std::string why = not_text(std::string_view(bytes)); !why.empty())
        throw Error(file.string(), why);
    decode_utf8(bytes, file.string());
    std::string text = trimmed(std::string(without_byte_order_mark(bytes)));
    if (text.size() > kMostDescription)
        throw Error(file.string(), "has " + std::to_string(text.size()) +
                                       " bytes; expected a description of 1 to 1,100 bytes");
    return text;
}

// The lines of the file that `member` of bot.json names. No line is let through because the file
// that would stop it is gone.
std::vector<std::string> lines_of(const BotConfig& config, const char* member,
                                  const std::string& name) {
    const fs::path file = config.path(name);
    std::error_code none;
    if (!fs::exists(file, none))
        throw Error(file.string(), "is missing, the \"" + std::string(member) +
                                       "\" of bot.json; put it there, or set \"" + member +
                                       "\": \"\" to do without");
    return read_text_lines(file.string());
}

std::string passed_over(const fs::path& photograph, const Error& error) {
    return error.where() + ": " + error.what() + "; " + photograph.filename().string() +
           " is passed over";
}

}  // namespace

std::vector<fs::path> described_photographs(const fs::path& folder, const Tell& tell) {
    std::vector<fs::path> result;
    std::error_code none;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, none)) {
        std::string extension = entry.path().extension().string();
        std::transform(extension.begin(), extension.end(), extension.begin(),
                       [](unsigned char c) { return char(std::tolower(c)); });
        if (extension != ".jpg" && extension != ".jpeg") continue;
        try {
            if (!description_in(description_of(entry.path())).empty())
                result.push_back(entry.path());
        } catch (const Error& error) {
            tell(passed_over(entry.path(), error));
        }
    }
    std::sort(result.begin(), result.end());
    return result;
}

std::string alt_text(const std::string& text, const fs::path& photograph) {
    fs::path file = description_of(photograph);
    std::string description = description_in(file);
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
      service_(make_service(config_, store_, host_)),
      tell_once_([this, told = std::make_shared<std::set<std::string>>()](const std::string& line) {
          if (told->insert(line).second) host_.tell(line);
      }) {}

Filter filter_of(const BotConfig& config) {
    Filter filter(config.shortest, config.longest);
    if (!config.words_file.empty())
        for (const std::string& line : lines_of(config, "words_file", config.words_file))
            filter.refuse_words(line);
    if (!config.training_text.empty())
        filter.refuse_lines(lines_of(config, "training_text", config.training_text));
    return filter;
}

std::string Bot::pick_line(uint32_t seed) const {
    Filter filter = filter_of(config_);
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

std::vector<fs::path> Bot::photographs_in_turn() const {
    fs::path folder = config_.path(config_.photographs);
    std::vector<fs::path> all = described_photographs(folder, tell_once_);
    if (all.empty())
        throw Error(
            folder.string(),
            "has no photograph with a description; expected P.jpg and P.txt of 1 to 1,100 bytes");
    std::vector<std::string> used = store_.photographs();
    auto age = [&](const fs::path& photograph) {
        return std::find(used.begin(), used.end(), photograph.filename().string()) - used.begin();
    };
    std::stable_sort(all.begin(), all.end(),
                     [&](const fs::path& a, const fs::path& b) { return age(a) > age(b); });
    return all;
}

// One photograph that cannot be used keeps no other from its turn.
BotPicture Bot::picture_of(QueueItem& item) const {
    const std::vector<fs::path> photographs = photographs_in_turn();
    item.text = pick_line(host_.random());
    for (const fs::path& photograph : photographs) {
        try {
            BotPicture picture = maker_.picture(photograph, item.text);
            item.photograph = photograph.filename().string();
            item.alt = alt_text(item.text, photograph);
            return picture;
        } catch (const Error& error) {
            // What is said of the text or the font holds for every photograph.
            if (error.where() != photograph.string() || photograph == photographs.back()) throw;
            tell_once_(passed_over(photograph, error));
        }
    }
    throw Error("photographs", "are none");  // not reached: the last one throws
}

QueueItem Bot::make_item() {
    QueueItem item;
    BotPicture picture = picture_of(item);
    item.picture = std::move(picture.jpeg);
    item.width = picture.width;
    item.height = picture.height;
    item.key = tid_of(host_.now(), host_.random());
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
