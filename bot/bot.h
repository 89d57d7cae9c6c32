// The bot: writes items, keeps a queue, posts each at its time and never twice.
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bot/config.h"
#include "bot/filter.h"
#include "bot/host.h"
#include "bot/service.h"
#include "bot/store.h"

namespace quillet {

using Tell = std::function<void(const std::string& line)>;

struct BotPicture {
    std::string jpeg;
    int width = 0, height = 0;
};

// A line of the model, and how readers will like it: higher is better.
struct BotLine {
    std::string text;
    int32_t score = 0;
};

// What the bot does not know how to do itself.
struct Maker {
    // The model's candidate `number`, from 0, for a line of `seed`; nullopt where its score is not above
    // `least`. Seeds that follow one another share no candidates.
    std::function<std::optional<BotLine>(uint32_t seed, uint32_t number, int32_t least)> line;
    // A text on the photograph `file`. Throws Error.
    std::function<BotPicture(const std::filesystem::path& file, const std::string& text)> picture;
};

class Bot {
  public:
    // REQUIRES: host outlives it. Throws Error.
    Bot(BotConfig config, const Host& host, Maker maker);

    // A new item: a line that passes the filters on the photograph whose turn it is. Not kept.
    // Throws Error where no line passes or no photograph has a description.
    QueueItem make_item();
    // Keeps an item, approved already where the configuration says so.
    int64_t keep(QueueItem item);
    // Makes items until `ahead` wait or are approved.
    void fill_queue();

    // Posts the oldest approved item now; or finishes what was begun and stops. Nothing where none
    // is approved. Throws ServiceError after the configured tries: to be tried again later.
    std::optional<QueueItem> post_now();
    // Finishes what was begun, then serves the slot that is due and not yet served, if any.
    std::optional<QueueItem> post_due();
    // Seconds since 1970 of the next slot.
    int64_t next_slot() const;

    Store& store() { return store_; }
    const BotConfig& config() const { return config_; }
    const Service& service() const { return *service_; }

  private:
    std::string pick_line(uint32_t seed) const;
    // Those with a description; first the one whose last use is longest ago, so that none follows
    // itself where there are two. Throws Error where there is none.
    std::vector<std::filesystem::path> photographs_in_turn() const;
    // The picture of a new line on the first photograph that can be used, both noted in `item`.
    BotPicture picture_of(QueueItem& item) const;
    std::optional<QueueItem> finish_begun();
    QueueItem publish(int64_t id);
    std::optional<QueueItem> begin(std::optional<int64_t> slot);

    BotConfig config_;
    const Host& host_;
    Maker maker_;
    Store store_;
    std::unique_ptr<Service> service_;
    Tell tell_once_;  // the host's, each line once
};

// The filter of `config`: its words and training text; what was written before is not in it. Throws
// Error for a file that is missing, cannot be read or is not UTF-8.
Filter filter_of(const BotConfig& config);

// The photographs of `folder` (P.jpg) that have a description (P.txt) of 1 to 1,100 bytes,
// sorted by name. Of a description that cannot be used `tell` says why.
std::vector<std::filesystem::path> described_photographs(const std::filesystem::path& folder,
                                                         const Tell& tell);

// The text and the photograph's description. Throws Error where the description is missing, empty
// or cannot be used.
std::string alt_text(const std::string& text, const std::filesystem::path& photograph);

// The record key of an item begun at `microseconds`: a TID of the AT Protocol, which sorts by time.
std::string tid_of(int64_t microseconds, uint32_t random);

}  // namespace quillet
