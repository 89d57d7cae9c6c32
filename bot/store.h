// The bot's state in SQLite: the queue, what was posted, sessions, and a log; whole after a crash at any moment.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

struct sqlite3;

namespace quillet {

// An item's way: waiting -> approved -> posting -> posted; or rejected, or failed.
struct QueueItem {
    int64_t id = 0;
    std::string key;  // names the post for ever, so that a retry is the same post
    std::string text, photograph, alt;
    std::string picture;  // JPEG
    int width = 0, height = 0;
    std::string state;
    int64_t begun = 0;            // microseconds: when posting began; the post's date
    std::optional<int64_t> slot;  // seconds: the time of the schedule that it is for
    std::string uri;              // of the post
    std::string error;
};

class Store {
  public:
    // Opens or makes `file` (mode 600) and holds it for this process alone until it goes. Throws
    // Error, also where another process holds it.
    explicit Store(const std::filesystem::path& file);
    ~Store();
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    // Adds an item; its alt text is not empty (the database itself refuses that). Returns its id.
    int64_t add(const QueueItem& item);

    std::vector<QueueItem> items(const std::string& state);  // oldest first; without pictures
    std::optional<QueueItem> item(int64_t id);
    std::optional<QueueItem> oldest(const std::string& state);  // with its picture
    int64_t count(const std::string& state);
    std::optional<QueueItem> of_slot(int64_t slot);

    // Moves an item from one of the states `from` (separated by spaces). Returns whether it was in
    // one of them.
    bool move(int64_t id, const std::string& from, const std::string& to);
    void begin_posting(int64_t id, int64_t begun, std::optional<int64_t> slot);
    void finish_posting(int64_t id, const std::string& uri);
    void fail_posting(int64_t id, const std::string& error);

    std::vector<std::string> texts() const;        // of all items, rejected ones too
    std::vector<std::string> photographs() const;  // of all items, newest first

    std::optional<std::string> setting(const std::string& name);
    void set(const std::string& name, const std::string& value);

    void log(int64_t at, const std::string& event);
    std::vector<std::string> last_events(int count);  // newest last

  private:
    sqlite3* database_ = nullptr;
    int lock_ = -1;
};

}  // namespace quillet
