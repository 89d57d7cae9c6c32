// HTTP by libcurl.
// SPDX-License-Identifier: MIT
#include "bot/http.h"

#include <curl/curl.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <memory>

namespace quillet {
namespace {

constexpr size_t kMostAnswer = 8 << 20;
constexpr double kLongestWait = 120;  // seconds that a rate limit may hold one run up

size_t take_body(char* bytes, size_t size, size_t count, void* to) {
    auto* body = static_cast<std::string*>(to);
    if (body->size() + size * count > kMostAnswer) return 0;
    body->append(bytes, size * count);
    return size * count;
}

bool on_loopback(const std::string& origin) {
    for (const char* host : {"http://127.0.0.1", "http://localhost", "http://[::1]"}) {
        size_t length = std::char_traits<char>::length(host);
        if (origin.compare(0, length, host) == 0 &&
            (origin.size() == length || origin[length] == ':'))
            return true;
    }
    return false;
}

bool bad_certificate(CURLcode code) {
    return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE ||
           code == CURLE_SSL_ISSUER_ERROR || code == CURLE_SSL_INVALIDCERTSTATUS;
}

}  // namespace

std::string origin_of(const std::string& url) {
    size_t host = url.find("://");
    return host == std::string::npos ? "" : url.substr(0, url.find_first_of("/?#", host + 3));
}

std::string url_escape(const std::string& text) {
    const std::unique_ptr<char, void (*)(void*)> escaped(
        curl_easy_escape(nullptr, text.c_str(), static_cast<int>(text.size())), curl_free);
    if (!escaped) throw Error("libcurl", "has no memory for an address");
    return escaped.get();
}

std::string xml_escape(const std::string& text) {
    std::string result;
    for (char c : text) {
        if (c == '<')
            result += "&lt;";
        else if (c == '>')
            result += "&gt;";
        else if (c == '&')
            result += "&amp;";
        else if (c == '"')
            result += "&quot;";
        else if (static_cast<unsigned char>(c) >= 0x20 || c == '\n')
            result += c;
    }
    return result;
}

Http::Http(const Host& host) : host_(host), curl_(nullptr) {
    static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (started == CURLE_OK) curl_ = curl_easy_init();
    if (!curl_) throw Error("libcurl", "cannot be started");
}

Http::~Http() {
    curl_easy_cleanup(curl_);
}

std::string Http::header(const char* name) const {
    curl_header* found = nullptr;
    const bool there = curl_easy_header(curl_, name, 0, CURLH_HEADER, -1, &found) == CURLHE_OK;
    return there ? found->value : "";
}

double Http::wait_asked() const {
    curl_off_t after = 0;  // Retry-After, a number or a date
    curl_easy_getinfo(curl_, CURLINFO_RETRY_AFTER, &after);
    if (after > 0) return static_cast<double>(after);
    const double now = double(host_.now()) / 1e6;
    // Seconds since 1970 (Bluesky), or from now.
    const double reset = std::strtod(header("ratelimit-reset").c_str(), nullptr);
    if (reset > 1e9) return std::max(0.0, reset - now);
    if (reset > 0) return reset;
    // Mastodon: X-RateLimit-Reset is a date.
    std::tm parts{};
    if (strptime(header("x-ratelimit-reset").c_str(), "%Y-%m-%dT%H:%M:%S", &parts))
        return std::max(0.0, double(timegm(&parts)) - now);
    return 0;
}

void Http::remember_limits(const std::string& origin) {
    for (const char* name : {"ratelimit-remaining", "x-ratelimit-remaining"})
        if (header(name) == "0") not_before_[origin] = double(host_.now()) / 1e6 + wait_asked();
}

bool is_trusted_address(const std::string& url) {
    const std::string origin = origin_of(url);
    return (origin.starts_with("https://") && origin.size() > 8 &&
            origin.find_first_of(" \t\r\n") == std::string::npos) ||
           on_loopback(origin);
}

HttpResponse Http::send(const HttpRequest& request) {
    std::string origin = origin_of(request.url);
    if (!is_trusted_address(request.url))
        throw ServiceError(request.url, "is no address that can be trusted; expected https://",
                           Trouble::account);
    double wait = not_before_[origin] - double(host_.now()) / 1e6;
    if (wait > kLongestWait)
        throw ServiceError(origin,
                           "allows no more requests for " + std::to_string(int(wait)) + " seconds",
                           Trouble::later, wait);
    if (wait > 0) host_.sleep(wait);

    CURL* curl = curl_;
    curl_easy_reset(curl);
    HttpResponse response;
    char message[CURL_ERROR_SIZE] = "";
    std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers(nullptr, curl_slist_free_all);
    auto add = [&](const std::string& line) {
        headers.reset(curl_slist_append(headers.release(), line.c_str()));
    };
    for (const std::string& line : request.headers) add(line);
    if (!request.content_type.empty()) add("Content-Type: " + request.content_type);
    add("Expect:");
    std::unique_ptr<curl_mime, void (*)(curl_mime*)> form(nullptr, curl_mime_free);
    if (!request.file.empty()) {
        form.reset(curl_mime_init(curl));
        curl_mimepart* part = curl_mime_addpart(form.get());
        curl_mime_name(part, "file");
        curl_mime_filename(part, request.file_name.c_str());
        curl_mime_type(part, "image/jpeg");
        curl_mime_data(part, request.file.data(), request.file.size());
        for (const auto& [name, value] : request.fields) {
            part = curl_mime_addpart(form.get());
            curl_mime_name(part, name.c_str());
            curl_mime_data(part, value.data(), value.size());
        }
        curl_easy_setopt(curl, CURLOPT_MIMEPOST, form.get());
    } else if (request.method == "POST") {
        curl_easy_setopt(curl, CURLOPT_POST, 1L);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.data());
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.size()));
    } else if (request.method != "GET") {
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.data());
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request.body.size()));
    }
    curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &response.body);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, message);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, 15L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 180L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 100L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, 30L);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "quillet-bot");
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https,http");
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
    CURLcode code = curl_easy_perform(curl);
    if (code != CURLE_OK) {
        std::string what =
            std::string("cannot be reached: ") + (*message ? message : curl_easy_strerror(code));
        throw ServiceError(origin, what, bad_certificate(code) ? Trouble::account : Trouble::later);
    }
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &response.status);
    remember_limits(origin);
    if (response.status == 429)
        throw ServiceError(origin, "asks to wait (429, too many requests)", Trouble::later,
                           wait_asked());
    if (response.status >= 500)
        throw ServiceError(origin,
                           "has trouble of its own (" + std::to_string(response.status) + ")",
                           Trouble::later, wait_asked());
    return response;
}

}  // namespace quillet
