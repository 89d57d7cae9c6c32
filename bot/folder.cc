// Posts to a folder: the picture, a JSON file beside it, and a feed (RSS 2.0) over all of them.
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <ctime>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "bot/http.h"
#include "bot/service.h"

namespace quillet {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

constexpr ItemLimits kFolderLimits = {3000, 12000, 3000, 64 << 20};
constexpr size_t kFeedItems = 50;

std::string rfc822(const std::string& iso) {
    std::tm parts{};
    if (!strptime(iso.c_str(), "%Y-%m-%dT%H:%M:%S", &parts)) return "";
    timegm(&parts);  // fills in the day of the week
    char text[64];
    std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S +0000", &parts);
    return text;
}

class Folder : public Service {
  public:
    Folder(const BotConfig& config, const Host& host)
        : folder_(config.path(config.server.empty() ? "posts" : config.server)),
          languages_(config.languages),
          host_(host) {}

    void check(const QueueItem& item) const override { check_item(item, kFolderLimits); }

    std::string record(const QueueItem& item) const override {
        Json json = {
            {"text", item.text},      {"alt", item.alt},       {"picture", item.key + ".jpg"},
            {"width", item.width},    {"height", item.height}, {"date", iso_time(item.begun)},
            {"languages", languages_}};
        return json.dump(2) + "\n";
    }

    // Each file has one name for ever and appears whole: once more is the same again.
    std::string publish(const QueueItem& item) override {
        check(item);
        fs::path record_file = folder_ / (item.key + ".json");
        host_.step("before the picture");
        write_file(folder_ / (item.key + ".jpg"), item.picture);
        host_.step("after the picture");
        write_file(record_file, record(item));
        host_.step("after the record");
        write_file(folder_ / "feed.xml", feed());
        host_.step("after the feed");
        return record_file.string();
    }

  private:
    std::string feed() const {
        std::vector<fs::path> records;
        for (const fs::directory_entry& entry : fs::directory_iterator(folder_))
            if (entry.path().extension() == ".json") records.push_back(entry.path());
        std::sort(records.rbegin(), records.rend());  // keys sort by time
        if (records.size() > kFeedItems) records.resize(kFeedItems);
        std::string xml =
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\"><channel>\n"
            "<title>quillet bot</title><link>feed.xml</link>\n"
            "<description>Invented lines on photographs</description>\n";
        for (const fs::path& file : records) {
            Json json = Json::parse(read_file(file), nullptr, false);
            if (!json.is_object() || !json.contains("alt") || !json["alt"].is_string()) continue;
            std::string key = file.stem().string(), picture = key + ".jpg";
            std::string image = "<img src=\"" + picture + "\" alt=\"" +
                                xml_escape(json["alt"].get<std::string>()) + "\">";
            std::error_code none;
            uintmax_t size = fs::file_size(folder_ / picture, none);
            xml += "<item><title>" + xml_escape(json.value("text", "")) +
                   "</title><guid isPermaLink=\"false\">" + key + "</guid><pubDate>" +
                   rfc822(json.value("date", "")) + "</pubDate><enclosure url=\"" + picture +
                   "\" length=\"" + std::to_string(none ? 0 : size) +
                   "\" type=\"image/jpeg\"/><description>" + xml_escape(image) +
                   "</description></item>\n";
        }
        return xml + "</channel></rss>\n";
    }

    fs::path folder_;
    std::vector<std::string> languages_;
    const Host& host_;
};

}  // namespace

std::unique_ptr<Service> make_folder(const BotConfig& config, const Host& host) {
    return std::make_unique<Folder>(config, host);
}

}  // namespace quillet
