// Posts to Bluesky by the AT Protocol: identity, session, blob, record; the record's key is the item's.
// SPDX-License-Identifier: MIT
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "bot/http.h"
#include "bot/service.h"

namespace quillet {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kPost[] = "app.bsky.feed.post", kProfile[] = "app.bsky.actor.profile";
constexpr ItemLimits kBlueskyLimits = {300, 3000, 2000, 1000000};

// The CID (version 1, raw, SHA-256, base 32) of `bytes`: what a server calls a blob.
std::string blob_cid(const std::string& bytes) {
    std::string hex = "01551220" + sha256_hex(bytes), result = "b";
    auto value = [](char c) { return unsigned(c <= '9' ? c - '0' : c - 'a' + 10); };
    unsigned held = 0, bits = 0;
    for (char digit : hex) {
        held = held << 4 | value(digit);
        bits += 4;
        if (bits >= 5) {
            bits -= 5;
            result += "abcdefghijklmnopqrstuvwxyz234567"[held >> bits & 31];
        }
    }
    if (bits) result += "abcdefghijklmnopqrstuvwxyz234567"[held << (5 - bits) & 31];
    return result;
}

Json blob_of(const std::string& picture) {
    return {{"$type", "blob"},
            {"ref", {{"$link", blob_cid(picture)}}},
            {"mimeType", "image/jpeg"},
            {"size", picture.size()}};
}

// A member of an answer that must be a string.
std::string string_in(const Json& json, const char* name, const std::string& where) {
    auto at = json.is_object() ? json.find(name) : json.end();
    if (!json.is_object() || at == json.end() || !at->is_string())
        throw ServiceError(where, std::string("answered without \"") + name + "\"", Trouble::later);
    return at->get<std::string>();
}

class Bluesky : public Service {
  public:
    Bluesky(const BotConfig& config, Store& store, const Host& host)
        : config_(config), store_(store), host_(host), http_(host) {}

    void check(const QueueItem& item) const override { check_item(item, kBlueskyLimits); }

    std::string record(const QueueItem& item) const override {
        return record_of(item).dump(2) + "\n";
    }

    std::string publish(const QueueItem& item) override {
        check(item);
        try {
            return post(item);
        } catch (const Json::exception&) {
            throw ServiceError(session_.server, "answered what no server of Bluesky answers",
                               Trouble::later);
        }
    }

  private:
    std::string post(const QueueItem& item) {
        begin_session();
        label_profile();
        // Whatever came of an earlier try: the record's key is the item's alone.
        if (std::string uri = get_record(kPost, item.key, nullptr); !uri.empty()) return uri;
        upload(item.picture);
        host_.step("before createRecord");
        Json body = {{"repo", session_.did},
                     {"collection", kPost},
                     {"rkey", item.key},
                     {"record", record_of(item)}};
        Answer answer = call("POST", "com.atproto.repo.createRecord", body.dump());
        host_.step("after createRecord");
        if (answer.status != 200) refuse("createRecord", answer);
        return string_in(answer.json, "uri", "createRecord");
    }

    struct Session {
        std::string did, server, access, refresh;
    };
    struct Answer {
        long status = 0;
        Json json;
        std::string error, message;
    };

    Json record_of(const QueueItem& item) const {
        Json image = {{"alt", item.alt},
                      {"image", blob_of(item.picture)},
                      {"aspectRatio", {{"width", item.width}, {"height", item.height}}}};
        return {{"$type", kPost},
                {"text", item.text},
                {"createdAt", iso_time(item.begun)},
                {"langs", config_.languages},
                {"embed", {{"$type", "app.bsky.embed.images"}, {"images", Json::array({image})}}}};
    }

    Answer answer_of(const HttpResponse& response) const {
        Answer answer;
        answer.status = response.status;
        answer.json = Json::parse(response.body, nullptr, false);
        if (!answer.json.is_object()) answer.json = Json::object();
        auto text = [&](const char* name) {
            auto at = answer.json.find(name);
            return at != answer.json.end() && at->is_string() ? at->get<std::string>() : "";
        };
        answer.error = text("error");
        answer.message = text("message");
        return answer;
    }

    // One call without renewing the session. `token`: empty for none.
    Answer plain_call(const std::string& method, const std::string& server, const std::string& name,
                      const std::string& body, const std::string& content_type,
                      const std::string& token) {
        HttpRequest request;
        request.method = method;
        request.url = server + "/xrpc/" + name;
        request.body = body;
        if (method == "POST" && !body.empty()) request.content_type = content_type;
        if (!token.empty()) request.headers.push_back("Authorization: Bearer " + token);
        return answer_of(http_.send(request));
    }

    // A call in the session, which is renewed once where it has expired.
    Answer call(const std::string& method, const std::string& name, const std::string& body = "",
                const std::string& content_type = "application/json") {
        Answer answer =
            plain_call(method, session_.server, name, body, content_type, session_.access);
        bool expired = answer.status == 401 || answer.error == "ExpiredToken" ||
                       answer.error == "InvalidToken";
        if (!expired) return answer;
        renew_session();
        return plain_call(method, session_.server, name, body, content_type, session_.access);
    }

    [[noreturn]] void refuse(const std::string& what, const Answer& answer) const {
        Trouble trouble =
            answer.status == 401 || answer.status == 403 ? Trouble::account : Trouble::item;
        throw ServiceError(session_.server,
                           "refuses " + what + " (" + std::to_string(answer.status) +
                               (answer.error.empty() ? "" : ", " + answer.error) + ")" +
                               (answer.message.empty() ? "" : ": " + answer.message),
                           trouble);
    }

    /// identity ///

    Json get_json(const std::string& url, const std::string& what) {
        HttpRequest request;
        request.url = url;
        HttpResponse response = http_.send(request);
        Json json = Json::parse(response.body, nullptr, false);
        if (response.status != 200 || !json.is_object())
            throw ServiceError(
                config_.account,
                "is not known: " + what + " answered " + std::to_string(response.status),
                Trouble::account);
        return json;
    }

    std::string did_of_account() {
        if (config_.account.empty())
            throw ServiceError("account", "is not set; expected a handle or a DID",
                               Trouble::account);
        if (config_.account.compare(0, 4, "did:") == 0) return config_.account;
        Json json = get_json(config_.resolver + "/xrpc/com.atproto.identity.resolveHandle?handle=" +
                                 url_escape(config_.account),
                             "the resolver " + config_.resolver);
        return string_in(json, "did", config_.resolver);
    }

    // The personal data server that the DID's document names; a handle must be named there too.
    std::string server_of(const std::string& did) {
        if (!config_.server.empty()) return config_.server;
        std::string url;
        if (did.compare(0, 8, "did:plc:") == 0)
            url = config_.directory + "/" + did;
        else if (did.compare(0, 8, "did:web:") == 0)
            url = "https://" + did.substr(8) + "/.well-known/did.json";
        else
            throw ServiceError(did, "is no DID that can be looked up; expected did:plc or did:web",
                               Trouble::account);
        Json document = get_json(url, origin_of(url));
        if (config_.account.compare(0, 4, "did:") != 0) {
            Json names = document.value("alsoKnownAs", Json::array());
            bool named = false;
            for (const Json& name : names) named = named || name == "at://" + config_.account;
            if (!named)
                throw ServiceError(config_.account, "is not what " + did + " calls itself",
                                   Trouble::account);
        }
        for (const Json& service : document.value("service", Json::array()))
            if (service.is_object() && service.value("type", "") == "AtprotoPersonalDataServer")
                return string_in(service, "serviceEndpoint", did);
        throw ServiceError(did, "names no personal data server", Trouble::account);
    }

    /// session ///

    void begin_session() {
        if (auto kept = store_.setting("session"); kept && session_.did.empty()) {
            Json json = Json::parse(*kept, nullptr, false);
            if (json.is_object() && json.value("account", "") == config_.account &&
                json.value("asked", "") == config_.server)
                session_ = {json.value("did", ""), json.value("server", ""),
                            json.value("access", ""), json.value("refresh", "")};
        }
        if (session_.access.empty()) log_in();
    }

    void keep_session(const Json& answer) {
        session_.access = string_in(answer, "accessJwt", "the session");
        session_.refresh = string_in(answer, "refreshJwt", "the session");
        Json kept = {{"account", config_.account}, {"asked", config_.server},
                     {"did", session_.did},        {"server", session_.server},
                     {"access", session_.access},  {"refresh", session_.refresh}};
        host_.step("before keeping the session");
        store_.set("session", kept.dump());
        host_.step("after keeping the session");
    }

    void log_in() {
        session_.did = did_of_account();
        session_.server = server_of(session_.did);
        Json body = {{"identifier", session_.did}, {"password", read_secret(config_)}};
        host_.step("before createSession");
        Answer answer = plain_call("POST", session_.server, "com.atproto.server.createSession",
                                   body.dump(), "application/json", "");
        host_.step("after createSession");
        if (answer.status != 200) {
            session_ = {};
            throw ServiceError(config_.account,
                               "cannot log in (" + std::to_string(answer.status) +
                                   (answer.error.empty() ? "" : ", " + answer.error) +
                                   "); expected an app password of this account",
                               Trouble::account);
        }
        if (string_in(answer.json, "did", "createSession") != session_.did)
            throw ServiceError(session_.server, "answered for another account", Trouble::account);
        keep_session(answer.json);
    }

    void renew_session() {
        host_.step("before refreshSession");
        Answer answer = plain_call("POST", session_.server, "com.atproto.server.refreshSession", "",
                                   "", session_.refresh);
        host_.step("after refreshSession");
        if (answer.status == 200)
            keep_session(answer.json);
        else
            log_in();
    }

    /// records ///

    std::string get_record(const std::string& collection, const std::string& key, Json* record) {
        Answer answer = call("GET", "com.atproto.repo.getRecord?repo=" + url_escape(session_.did) +
                                        "&collection=" + collection + "&rkey=" + url_escape(key));
        if (answer.status == 200) {
            if (record) *record = answer.json;
            return string_in(answer.json, "uri", "getRecord");
        }
        if (answer.error == "RecordNotFound") return "";
        refuse("getRecord", answer);
    }

    // A bot says that it is one: a self-label on the profile, once.
    void label_profile() {
        if (store_.setting("labeled") == session_.did) return;
        Json found;
        get_record(kProfile, "self", &found);
        Json profile = found.is_object() ? found.value("value", Json::object()) : Json::object();
        profile["$type"] = kProfile;
        Json labels = profile.value("labels", Json::object());
        Json values = labels.value("values", Json::array());
        bool labeled = false;
        for (const Json& value : values)
            labeled = labeled || (value.is_object() && value.value("val", "") == "bot");
        if (!labeled) {
            values.push_back({{"val", "bot"}});
            profile["labels"] = {{"$type", "com.atproto.label.defs#selfLabels"},
                                 {"values", values}};
            Json body = {{"repo", session_.did},
                         {"collection", kProfile},
                         {"rkey", "self"},
                         {"record", profile}};
            // Not written over what someone else changed in between.
            body["swapRecord"] = found.is_object() && found.contains("cid") ? found["cid"] : Json();
            host_.step("before putRecord");
            Answer answer = call("POST", "com.atproto.repo.putRecord", body.dump());
            host_.step("after putRecord");
            if (answer.status != 200) refuse("the label on the profile", answer);
        }
        store_.set("labeled", session_.did);
        host_.step("after keeping the label");
    }

    void upload(const std::string& picture) {
        host_.step("before uploadBlob");
        Answer answer = call("POST", "com.atproto.repo.uploadBlob", picture, "image/jpeg");
        host_.step("after uploadBlob");
        if (answer.status != 200) refuse("the picture", answer);
        // The server's name for the picture is its hash: it has every byte, or this differs.
        if (answer.json.value("blob", Json()).value("ref", Json()).value("$link", "") !=
            blob_cid(picture))
            throw ServiceError(session_.server, "holds another picture than was sent",
                               Trouble::later);
    }

    const BotConfig& config_;
    Store& store_;
    const Host& host_;
    Http http_;
    Session session_;
};

}  // namespace

std::unique_ptr<Service> make_bluesky(const BotConfig& config, Store& store, const Host& host) {
    return std::make_unique<Bluesky>(config, store, host);
}

}  // namespace quillet
