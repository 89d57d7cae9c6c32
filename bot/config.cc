// The bot's configuration and secret.
// SPDX-License-Identifier: MIT
#include "bot/config.h"

#include <sys/stat.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"

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

}  // namespace

BotConfig read_config(const std::filesystem::path& folder) {
    std::filesystem::path file = folder / "bot.json";
    if (!std::filesystem::exists(file))
        throw Error(file.string(), "is missing; quillet bot init makes one");
    std::string bytes = read_file(file);
    Json json = bytes.size() > kMostBytes ? Json() : Json::parse(bytes, nullptr, false, true);
    if (!json.is_object()) throw Error(file.string(), "is no JSON object");
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
    config.schedule.first_minute = minute_of_day(first, file.string() + ": \"first\"");
    check_schedule(config.schedule);
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
