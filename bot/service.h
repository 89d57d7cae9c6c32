// Where posts go, behind one interface: Bluesky, Mastodon, or a folder with a feed.
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>

#include "bot/config.h"
#include "bot/host.h"
#include "bot/store.h"

namespace quillet {

class Service {
  public:
    virtual ~Service() = default;

    // Throws ServiceError(item) where the item breaks the service's rules: an empty or long alt
    // text, a long text, a large picture.
    virtual void check(const QueueItem& item) const = 0;

    // What would be sent as the post, for people to read (JSON).
    virtual std::string record(const QueueItem& item) const = 0;

    // Posts `item` and returns the post's address. To call it again for the same item, after a
    // crash or an error at any moment, never makes a second post. Throws ServiceError.
    virtual std::string publish(const QueueItem& item) = 0;
};

// The service that `config` names. REQUIRES: config, store and host outlive it. Throws
// Error("service", …) for a name that is none.
std::unique_ptr<Service> make_service(const BotConfig& config, Store& store, const Host& host);

// The most that a service takes.
struct ItemLimits {
    size_t text_characters, text_bytes, alt_characters, picture_bytes;
};

// What every service holds an item to: text and alt text not empty, UTF-8, a picture, all within
// `limits`. Throws ServiceError(item).
void check_item(const QueueItem& item, const ItemLimits& limits);

std::unique_ptr<Service> make_bluesky(const BotConfig& config, Store& store, const Host& host);
std::unique_ptr<Service> make_mastodon(const BotConfig& config, Store& store, const Host& host);
std::unique_ptr<Service> make_folder(const BotConfig& config, const Host& host);

}  // namespace quillet
