// The bot's state in SQLite.
// SPDX-License-Identifier: MIT
#include "bot/store.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "bot/host.h"

namespace quillet {
namespace {

constexpr char kSchema[] = R"(
CREATE TABLE IF NOT EXISTS item (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL UNIQUE,
  text TEXT NOT NULL CHECK (length(trim(text)) > 0),
  photograph TEXT NOT NULL,
  alt TEXT NOT NULL CHECK (length(trim(alt)) > 0),
  picture BLOB NOT NULL CHECK (length(picture) > 0),
  width INTEGER NOT NULL, height INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting','approved','posting','posted','rejected','failed')),
  begun INTEGER NOT NULL DEFAULT 0,
  slot INTEGER UNIQUE,
  uri TEXT NOT NULL DEFAULT '',
  error TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS log (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, event TEXT NOT NULL);
)";
constexpr char kColumns[] =
    "id, key, text, photograph, alt, picture, width, height, state, begun, slot, uri, error";
constexpr char kColumnsBare[] =
    "id, key, text, photograph, alt, x'', width, height, state, begun, slot, uri, error";

// One statement with its values bound in order; step() is true for a row.
class Statement {
  public:
    Statement(sqlite3* database, const std::string& sql) : database_(database) {
        if (sqlite3_prepare_v2(database, sql.c_str(), -1, &statement_, nullptr) != SQLITE_OK)
            fail();
    }
    ~Statement() { sqlite3_finalize(statement_); }
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    Statement& bind(int64_t value) { return done(sqlite3_bind_int64(statement_, ++bound_, value)); }
    Statement& bind(const std::string& value) {
        return done(sqlite3_bind_text(statement_, ++bound_, value.data(), int(value.size()),
                                      SQLITE_TRANSIENT));
    }
    Statement& bind_blob(const std::string& value) {
        return done(sqlite3_bind_blob(statement_, ++bound_, value.data(), int(value.size()),
                                      SQLITE_TRANSIENT));
    }
    Statement& bind(std::optional<int64_t> value) {
        return value ? bind(*value) : done(sqlite3_bind_null(statement_, ++bound_));
    }
    bool step() {
        int result = sqlite3_step(statement_);
        if (result != SQLITE_ROW && result != SQLITE_DONE) fail();
        return result == SQLITE_ROW;
    }
    int64_t number(int column) const { return sqlite3_column_int64(statement_, column); }
    std::string text(int column) const {
        auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
        return bytes ? std::string(bytes, size_t(sqlite3_column_bytes(statement_, column))) : "";
    }
    std::optional<int64_t> maybe(int column) const {
        if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
        return number(column);
    }

  private:
    [[noreturn]] void fail() const {
        throw Error("the bot's database",
                    std::string("cannot be used: ") + sqlite3_errmsg(database_));
    }
    Statement& done(int result) {
        if (result != SQLITE_OK) fail();
        return *this;
    }
    sqlite3* database_;
    sqlite3_stmt* statement_ = nullptr;
    int bound_ = 0;
};

QueueItem row(const Statement& from) {
    QueueItem item;
    item.id = from.number(0);
    item.key = from.text(1);
    item.text = from.text(2);
    item.photograph = from.text(3);
    item.alt = from.text(4);
    item.picture = from.text(5);
    item.width = int(from.number(6));
    item.height = int(from.number(7));
    item.state = from.text(8);
    item.begun = from.number(9);
    item.slot = from.maybe(10);
    item.uri = from.text(11);
    item.error = from.text(12);
    return item;
}

std::optional<QueueItem> first_row(Statement& statement) {
    if (!statement.step()) return std::nullopt;
    return row(statement);
}

std::vector<std::string> all_texts(Statement& statement) {
    std::vector<std::string> result;
    while (statement.step()) result.push_back(statement.text(0));
    return result;
}

}  // namespace

Store::Store(const std::filesystem::path& file) {
    // Made with mode 600 before SQLite sees it: sessions are in it. The lock is on a file of its
    // own, which SQLite never replaces, and goes with the process.
    std::string lock = file.string() + ".lock";
    lock_ = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    int made = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (made >= 0) ::close(made);
    if (lock_ < 0 || made < 0) {
        if (lock_ >= 0) ::close(lock_);
        throw Error(file.string(), "cannot be opened for writing");
    }
    if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
        ::close(lock_);
        throw Error(file.string(), "is in use by another quillet bot; expected one at a time");
    }
    // FULL: what was committed survives a power cut.
    const std::string set_up =
        std::string("PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL;") + kSchema;
    if (sqlite3_open(file.c_str(), &database_) != SQLITE_OK ||
        sqlite3_exec(database_, set_up.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        std::string message = sqlite3_errmsg(database_);
        sqlite3_close(database_);
        ::close(lock_);
        throw Error(file.string(), "is no database of the bot: " + message);
    }
}

Store::~Store() {
    sqlite3_close(database_);
    ::close(lock_);
}

int64_t Store::add(const QueueItem& item) {
    Statement insert(database_,
                     "INSERT INTO item (key, text, photograph, alt, picture, width, height, state) "
                     "VALUES (?,?,?,?,?,?,?,?)");
    insert.bind(item.key).bind(item.text).bind(item.photograph).bind(item.alt);
    insert.bind_blob(item.picture).bind(int64_t{item.width}).bind(int64_t{item.height});
    insert.bind(item.state).step();
    return sqlite3_last_insert_rowid(database_);
}

std::vector<QueueItem> Store::items(const std::string& state) {
    Statement select(database_, std::string("SELECT ") + kColumnsBare +
                                    " FROM item WHERE state = ? ORDER BY id");
    select.bind(state);
    std::vector<QueueItem> result;
    while (select.step()) result.push_back(row(select));
    return result;
}

std::optional<QueueItem> Store::item(int64_t id) {
    Statement select(database_, std::string("SELECT ") + kColumns + " FROM item WHERE id = ?");
    return first_row(select.bind(id));
}

std::optional<QueueItem> Store::oldest(const std::string& state) {
    Statement select(database_, std::string("SELECT ") + kColumns +
                                    " FROM item WHERE state = ? ORDER BY id LIMIT 1");
    return first_row(select.bind(state));
}

int64_t Store::count(const std::string& state) {
    Statement select(database_, "SELECT count(*) FROM item WHERE state = ?");
    select.bind(state).step();
    return select.number(0);
}

std::optional<QueueItem> Store::of_slot(int64_t slot) {
    Statement select(database_,
                     std::string("SELECT ") + kColumnsBare + " FROM item WHERE slot = ?");
    return first_row(select.bind(slot));
}

bool Store::move(int64_t id, const std::string& from, const std::string& to) {
    Statement update(database_,
                     "UPDATE item SET state = ? WHERE id = ? AND instr(?, ' ' || state || ' ')");
    update.bind(to).bind(id).bind(" " + from + " ").step();
    return sqlite3_changes(database_) == 1;
}

void Store::begin_posting(int64_t id, int64_t begun, std::optional<int64_t> slot) {
    Statement(database_, "UPDATE item SET state = 'posting', begun = ?, slot = ? WHERE id = ?")
        .bind(begun)
        .bind(slot)
        .bind(id)
        .step();
}

void Store::finish_posting(int64_t id, const std::string& uri) {
    Statement(database_, "UPDATE item SET state = 'posted', uri = ?, error = '' WHERE id = ?")
        .bind(uri)
        .bind(id)
        .step();
}

void Store::fail_posting(int64_t id, const std::string& error) {
    Statement(database_, "UPDATE item SET state = 'failed', error = ? WHERE id = ?")
        .bind(error)
        .bind(id)
        .step();
}

std::vector<std::string> Store::texts() const {
    Statement select(database_, "SELECT text FROM item ORDER BY id");
    return all_texts(select);
}

std::vector<std::string> Store::photographs() const {
    Statement select(database_, "SELECT photograph FROM item ORDER BY id DESC");
    return all_texts(select);
}

std::optional<std::string> Store::setting(const std::string& name) {
    Statement select(database_, "SELECT value FROM setting WHERE name = ?");
    if (!select.bind(name).step()) return std::nullopt;
    return select.text(0);
}

void Store::set(const std::string& name, const std::string& value) {
    Statement(database_, "INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)")
        .bind(name)
        .bind(value)
        .step();
}

void Store::log(int64_t at, const std::string& event) {
    Statement(database_, "INSERT INTO log (at, event) VALUES (?, ?)").bind(at).bind(event).step();
}

std::vector<std::string> Store::last_events(int count) {
    Statement select(database_,
                     "SELECT at, event FROM (SELECT * FROM log ORDER BY id DESC LIMIT ?) "
                     "ORDER BY id");
    select.bind(int64_t{count});
    std::vector<std::string> result;
    while (select.step()) result.push_back(iso_time(select.number(0)) + "  " + select.text(1));
    return result;
}

}  // namespace quillet
