// The bot's configuration and secret.
// SPDX-License-Identifier: MIT
#include "bot/config.h"

#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "base/utf8.h"
#include "bot/http.h"

namespace quillet {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMostBytes = 1 << 20;

// Takes members out of the file's object one by one; what is left over is unknown.
class Members {
  public:
    Members(Json json, std::string where) : json_(std::move(json)), where_(std::move(where)) {}

    void take(const char* name, std::string& value) {
        if (const Json* member = find(name, &Json::is_string, "a string"))
            value = member->get<std::string>();
        json_.erase(name);
    }
    void take(const char* name, bool& value) {
        if (const Json* member = find(name, &Json::is_boolean, "true or false"))
            value = member->get<bool>();
        json_.erase(name);
    }
    template <typename Number>
    void take(const char* name, Number& value, int64_t least, int64_t most) {
        if (const Json* member = find(name, &Json::is_number_integer, "a whole number")) {
            int64_t number = member->get<int64_t>();
            if (number < least || number > most)
                throw Error(where_, "has \"" + std::string(name) + "\": " + std::to_string(number) +
                                        "; expected " + std::to_string(least) + " to " +
                                        std::to_string(most));
            value = static_cast<Number>(number);
        }
        json_.erase(name);
    }
    void take(const char* name, std::vector<std::string>& value) {
        if (const Json* member = find(name, &Json::is_array, "an array of strings")) {
            value.clear();
            for (const Json& item : *member) {
                if (!item.is_string())
                    throw Error(where_, "has \"" + std::string(name) + "\" with what is no string");
                value.push_back(item.get<std::string>());
            }
        }
        json_.erase(name);
    }
    void require_all_taken() const {
        if (!json_.empty())
            throw Error(where_, "has \"" + json_.begin().key() + "\", which means nothing here");
    }

  private:
    const Json* find(const char* name, bool (Json::*is)() const noexcept, const char* expected) {
        auto at = json_.find(name);
        if (at == json_.end()) return nullptr;
        if (!(at.value().*is)())
            throw Error(where_, "has \"" + std::string(name) + "\" that is not " + expected);
        return &at.value();
    }
    Json json_;
    std::string where_;
};

// The JSON object in `file`, comments allowed. Throws Error with the line of what is no JSON.
Json object_in(const std::filesystem::path& file) {
    const std::string bytes = read_file(file);
    if (bytes.size() > kMostBytes)
        throw Error(file.string(), "has more than " + std::to_string(kMostBytes) +
                                       " bytes; expected the settings of a bot");
    decode_utf8(bytes, file.string());
    try {
        Json json = Json::parse(bytes, nullptr, true, true);
        if (!json.is_object())
            throw Error(file.string() + ":1", "is no JSON object; expected {\"service\": …}");
        return json;
    } catch (const Json::parse_error& error) {
        // The parser has read up to the byte that it did not expect.
        const size_t read = std::min(error.byte > 0 ? error.byte - 1 : 0, bytes.size());
        const auto line = 1 + std::count(bytes.begin(), bytes.begin() + ptrdiff_t(read), '\n');
        throw Error(file.string() + ":" + std::to_string(line),
                    "is no JSON from here; expected members such as \"service\": \"folder\", with "
                    "a comma between two");
    }
}

std::string shown(const std::string& value) {
    return value.empty() ? "is empty" : "is '" + value + "'";
}

void check_address(const std::string& address, const std::string& where) {
    if (!is_trusted_address(address))
        throw Error(where, shown(address) + "; expected https:// and a host");
}

// Bluesky: "you.bsky.social" or "did:plc:…".
void check_account(const std::string& account, const std::string& where) {
    const bool did = account.starts_with("did:"), handle = account.find('.') != std::string::npos;
    const bool clean = account.find_first_of("@/ ") == std::string::npos;
    if (!(did || handle) || !clean)
        throw Error(where, shown(account) +
                               "; expected a handle such as you.bsky.social, without @, or a DID");
}

// "sco" or "en-GB".
bool is_language(const std::string& name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
        return c == '-' || (c < 0x80 && std::isalnum(c));
    });
}

void check_service(const BotConfig& config, const SettingPlace& place) {
    if (config.service == "bluesky") {
        check_account(config.account, place("account"));
        if (!config.server.empty()) check_address(config.server, place("server"));
        check_address(config.resolver, place("resolver"));
        check_address(config.directory, place("directory"));
    } else if (config.service == "mastodon") {
        check_address(config.server, place("server"));
    } else if (config.service != "folder") {
        throw Error(place("service"),
                    "is '" + config.service + "'; expected bluesky, mastodon or folder");
    }
}

}  // namespace

SettingPlace places_in(const std::filesystem::path& folder) {
    return [file = (folder / "bot.json").string()](const std::string& member) {
        return file + ": \"" + member + "\"";
    };
}

void check_config(const BotConfig& config, const SettingPlace& place) {
    check_service(config, place);
    if (config.shortest > config.longest)
        throw Error(place("shortest"), "is " + std::to_string(config.shortest) +
                                           "; expected no more than \"longest\", " +
                                           std::to_string(config.longest));
    for (const std::string& language : config.languages)
        if (!is_language(language))
            throw Error(place("languages"), "has '" + language + "'; expected codes such as sco");
    check_schedule(config.schedule, place);
}

BotConfig read_config(const std::filesystem::path& folder) {
    std::filesystem::path file = folder / "bot.json";
    if (!std::filesystem::exists(file))
        throw Error(file.string(), "is missing; quillet bot init makes one");
    Json json = object_in(file);
    BotConfig config;
    config.folder = folder;
    Members members(std::move(json), file.string());
    std::string first = "12:00";
    members.take("service", config.service);
    members.take("account", config.account);
    members.take("server", config.server);
    members.take("resolver", config.resolver);
    members.take("directory", config.directory);
    members.take("secret_file", config.secret_file);
    members.take("photographs", config.photographs);
    members.take("model", config.model);
    members.take("training_text", config.training_text);
    members.take("words_file", config.words_file);
    members.take("candidates", config.candidates, 1, 10000);
    members.take("shortest", config.shortest, 1, 300);
    members.take("longest", config.longest, 1, 300);
    members.take("ahead", config.ahead, 1, 100);
    members.take("languages", config.languages);
    members.take("theme", config.theme);
    members.take("font", config.font);
    members.take("picture_side", config.picture_side, 200, 4000);
    members.take("picture_bytes", config.picture_bytes, 20000, 20000000);
    members.take("time_zone", config.schedule.time_zone);
    members.take("first", first);
    members.take("every_hours", config.schedule.every_hours, 1, 24);
    members.take("grace_minutes", config.grace_minutes, 1, 24 * 60);
    members.take("automatic", config.automatic);
    members.take("tries", config.tries, 1, 20);
    members.require_all_taken();
    const SettingPlace place = places_in(folder);
    config.schedule.first_minute = minute_of_day(first, place("first"));
    check_config(config, place);
    return config;
}

std::string first_config(const BotConfig& config) {
    char first[8];
    std::snprintf(first, sizeof first, "%02d:%02d", config.schedule.first_minute / 60 % 24,
                  config.schedule.first_minute % 60);
    Json json = {{"service", config.service},
                 {"account", config.account},
                 {"server", config.server},
                 {"secret_file", config.secret_file},
                 {"photographs", config.photographs},
                 {"model", config.model},
                 {"training_text", config.training_text},
                 {"words_file", config.words_file},
                 {"candidates", config.candidates},
                 {"languages", config.languages},
                 {"theme", config.theme},
                 {"time_zone", config.schedule.time_zone},
                 {"first", first},
                 {"every_hours", config.schedule.every_hours},
                 {"automatic", config.automatic}};
    return json.dump(2) + "\n";
}

std::string read_secret(const BotConfig& config) {
    if (const char* variable = std::getenv("QUILLET_BOT_SECRET"); variable && *variable)
        return variable;
    std::filesystem::path file = config.path(config.secret_file);
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0)
        throw Error(file.string(),
                    "is missing; write the app password or access token into it, "
                    "with mode 600, or set QUILLET_BOT_SECRET");
    if ((status.st_mode & 077) != 0)
        throw Error(file.string(),
                    "may be read by others; expected mode 600: chmod 600 " + file.string());
    std::string secret = read_file(file);
    while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.pop_back();
    if (secret.empty()) throw Error(file.string(), "is empty; expected the app password");
    return secret;
}

}  // namespace quillet
