// HTTP by libcurl: TLS checked, limits on time and size, rate limits remembered; nothing sent is ever logged.
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "bot/host.h"

namespace quillet {

// What a service's refusal is about, and so what helps.
enum class Trouble {
    later,    // the network or the server: the same again after a while
    account,  // identity or password: a person must mend it; the item is not to blame
    item      // this text or picture
};

class ServiceError : public Error {
  public:
    ServiceError(std::string where, const std::string& what, Trouble about, double seconds = 0)
        : Error(std::move(where), what), trouble(about), wait(seconds) {}
    Trouble trouble;
    double wait;  // seconds that the server asked for; 0: none named
};

struct HttpRequest {
    std::string method = "GET", url;
    std::vector<std::string> headers;  // "Name: value"
    std::string body, content_type;
    // A form of one file and texts instead of a body, where `file` is not empty.
    std::string file, file_name;
    std::vector<std::pair<std::string, std::string>> fields;
};

struct HttpResponse {
    long status = 0;
    std::string body;
};

class Http {
  public:
    explicit Http(const Host& host);
    ~Http();
    Http(const Http&) = delete;
    Http& operator=(const Http&) = delete;

    // Sends `request` and returns what came back, whatever its status but 429 and 5xx. Waits first
    // where the server had said that no more are allowed yet. Throws ServiceError(later) for the
    // network's troubles, 429 and 5xx, (account) for a URL that is not https, but on loopback, and
    // for a certificate that is not good.
    HttpResponse send(const HttpRequest& request);

  private:
    // Of the last answer: a header, empty where it has none, and the seconds that it asks to wait,
    // 0 where it names none.
    std::string header(const char* name) const;
    double wait_asked() const;
    void remember_limits(const std::string& origin);

    const Host& host_;
    void* curl_;
    std::map<std::string, double> not_before_;  // by origin: seconds since 1970
};

// True for https:// with a host, and for plain http on loopback.
bool is_trusted_address(const std::string& url);

// "https://example.org" of a URL.
std::string origin_of(const std::string& url);

// `text` with everything but letters, digits and -._~ as %XX.
std::string url_escape(const std::string& text);

// `text` with <, >, & and quotation marks as entities.
std::string xml_escape(const std::string& text);

}  // namespace quillet
