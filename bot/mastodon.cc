// Posts to Mastodon: the picture with its description, then a status with an idempotency key.
// SPDX-License-Identifier: MIT
#include <nlohmann/json.hpp>

#include "bot/http.h"
#include "bot/service.h"

namespace quillet {
namespace {

using Json = nlohmann::ordered_json;

// Of an unchanged Mastodon: 500 characters a status, 1,500 a description, 16 MB a picture.
constexpr ItemLimits kMastodonLimits = {500, 3000, 1500, 16 << 20};
constexpr int kPolls = 20;

class Mastodon : public Service {
  public:
    Mastodon(const BotConfig& config, Store& store, const Host& host)
        : config_(config), store_(store), host_(host), http_(host) {}

    void check(const QueueItem& item) const override { check_item(item, kMastodonLimits); }

    std::string record(const QueueItem& item) const override {
        Json json = status_of(item, "(the picture)");
        json["description"] = item.alt;
        return json.dump(2) + "\n";
    }

    std::string publish(const QueueItem& item) override {
        check(item);
        token_ = read_secret(config_);
        try {
            std::string account = own_account();
            if (std::string url = find_status(account, item); !url.empty()) return url;
            return post_status(item, upload(item));
        } catch (const Json::exception&) {
            throw ServiceError(config_.server, "answered what no Mastodon answers", Trouble::later);
        }
    }

  private:
    Json status_of(const QueueItem& item, const std::string& media) const {
        Json json = {{"status", item.text}, {"media_ids", Json::array({media})}};
        if (!config_.languages.empty()) json["language"] = config_.languages.front();
        return json;
    }

    HttpResponse call(HttpRequest request) {
        request.url = config_.server + request.url;
        request.headers.push_back("Authorization: Bearer " + token_);
        HttpResponse response = http_.send(request);
        if (response.status == 401 || response.status == 403)
            throw ServiceError(config_.server,
                               "refuses the access token (" + std::to_string(response.status) + ")",
                               Trouble::account);
        if (response.status >= 400)
            throw ServiceError(config_.server,
                               "refuses the post (" + std::to_string(response.status) +
                                   "): " + Json::parse(response.body).value("error", ""),
                               Trouble::item);
        return response;
    }

    // The account's id; it is marked as a bot once.
    std::string own_account() {
        if (auto kept = store_.setting("mastodon account"); kept) return *kept;
        HttpRequest request;
        request.url = "/api/v1/accounts/verify_credentials";
        Json json = Json::parse(call(request).body);
        if (!json.value("bot", false)) {
            HttpRequest mark;
            mark.method = "PATCH";
            mark.url = "/api/v1/accounts/update_credentials";
            mark.body = "{\"bot\":true}";
            mark.content_type = "application/json";
            host_.step("before the bot's mark");
            call(mark);
            host_.step("after the bot's mark");
        }
        std::string id = json.at("id").get<std::string>();
        store_.set("mastodon account", id);
        return id;
    }

    // The address of the status that an earlier try made. Servers forget an idempotency key after
    // an hour; the picture's description, with the item's text in it, is there for ever.
    std::string find_status(const std::string& account, const QueueItem& item) {
        HttpRequest request;
        request.url =
            "/api/v1/accounts/" + url_escape(account) + "/statuses?limit=40&exclude_reblogs=true";
        for (const Json& status : Json::parse(call(request).body)) {
            if (status.value("created_at", "") < iso_time(item.begun - 300 * int64_t{1000000}))
                continue;
            for (const Json& media : status.value("media_attachments", Json::array()))
                if (media.contains("description") && media["description"] == item.alt)
                    return status.at("url").get<std::string>();
        }
        return "";
    }

    std::string upload(const QueueItem& item) {
        HttpRequest request;
        request.method = "POST";
        request.url = "/api/v2/media";
        request.file = item.picture;
        request.file_name = item.key + ".jpg";
        request.fields = {{"description", item.alt}};
        host_.step("before the media");
        HttpResponse response = call(request);
        host_.step("after the media");
        std::string id = Json::parse(response.body).at("id").get<std::string>();
        // 202 and 206: the server is still working on it.
        for (int poll = 0; response.status == 202 || response.status == 206; poll++) {
            if (poll == kPolls)
                throw ServiceError(config_.server, "is slow with the picture", Trouble::later);
            host_.sleep(1 + poll);
            HttpRequest again;
            again.url = "/api/v1/media/" + url_escape(id);
            response = call(again);
        }
        return id;
    }

    std::string post_status(const QueueItem& item, const std::string& media) {
        HttpRequest request;
        request.method = "POST";
        request.url = "/api/v1/statuses";
        request.body = status_of(item, media).dump();
        request.content_type = "application/json";
        request.headers.push_back("Idempotency-Key: " + item.key);
        host_.step("before the status");
        HttpResponse response = call(request);
        host_.step("after the status");
        return Json::parse(response.body).at("url").get<std::string>();
    }

    const BotConfig& config_;
    Store& store_;
    const Host& host_;
    Http http_;
    std::string token_;
};

}  // namespace

std::unique_ptr<Service> make_mastodon(const BotConfig& config, Store& store, const Host& host) {
    return std::make_unique<Mastodon>(config, store, host);
}

}  // namespace quillet
