// quillet bot: an invented line on a photograph, posted a few times a day.
// SPDX-License-Identifier: MIT
#include <memory>

#include "base/error.h"
#include "cli/verbs.h"
#if defined(QUILLET_WITH_BOT) && defined(QUILLET_WITH_PICTURE)
#    include <algorithm>
#    include <random>

#    include "base/file.h"
#    include "base/resources.h"
#    include "base/temporary_folder.h"
#    include "bot/bot.h"
#    include "bot/http.h"
#    include "cli/model_option.h"
#    include "cli/output.h"
#    include "cli/shell.h"
#    include "picture/overlay.h"
#    include "picture/photograph.h"
#    include "picture/picture.h"
#    include "run/generate.h"
#endif

namespace quillet {

#if defined(QUILLET_WITH_BOT) && defined(QUILLET_WITH_PICTURE)
namespace {

namespace fs = std::filesystem;

constexpr char kWords[] = "models/refused-words.txt";
constexpr double kPatrol = 300;  // seconds between looks at what could not be posted

struct BotArguments {
    std::string folder = ".", output = "post", pictures;
    BotConfig config;  // of init
    bool dry_run = false, once = false;
    std::optional<uint32_t> seed;
    std::string photograph;
    int64_t id = 0;
    int write = 0;
};

void tell(const std::string& line) {
    std::fprintf(stderr, "%s\n", line.c_str());
}

// The model of a configuration, made when it is first asked for: status and approve need none.
class Writer {
  public:
    explicit Writer(const BotConfig& config) {
        option_.shipped = "models/scots.onnx";
        if (!config.model.empty()) option_.path = config.path(config.model).string();
    }
    std::optional<BotLine> line(uint32_t seed, uint32_t number, int32_t least) {
        if (!plan_) open();
        std::optional<RankedLine> line =
            writer_->above(least, quillet_candidate_seed(seed, number));
        // A line of the training text is not invented, whatever else may be said for it.
        const quillet_word_filter view = known_ ? known_->view() : quillet_word_filter{};
        if (!line || (known_ && quillet_is_copy(line->text.data(),
                                                static_cast<uint32_t>(line->text.size()), &view)))
            return std::nullopt;
        return BotLine{std::move(line->text), line->score};
    }

  private:
    void open() {
        plan_ = std::make_unique<Plan>(option_.plan());
        known_ = word_filter_of(plan_->metadata, option_.file());
        writer_ = std::make_unique<RankedWriter>(
            *plan_, sampling_settings(plan_->metadata, option_.file()), known_);
    }
    ModelOption option_;
    std::unique_ptr<Plan> plan_;
    std::optional<WordFilter> known_;  // of the model's training lines
    std::unique_ptr<RankedWriter> writer_;
};

Maker maker_for(const BotConfig& config) {
    auto writer = std::make_shared<Writer>(config);
    Maker maker;
    maker.line = [writer](uint32_t seed, uint32_t number, int32_t least) {
        return writer->line(seed, number, least);
    };
    PictureOptions picture;
    picture.longest = config.picture_side;
    picture.byte_limit = config.picture_bytes;
    picture.theme = config.theme;
    if (!config.font.empty()) picture.font = config.path(config.font).string();
    maker.picture = [picture](const fs::path& file, const std::string& text) {
        const std::string bytes = read_file(file);
        try {
            ComposedPicture made = compose_picture(bytes, file.string(), text, picture);
            return BotPicture{std::move(made.jpeg), made.width, made.height};
        } catch (const Error& error) {  // what people know by the bot: a line and a photograph
            if (error.where() == "--text")
                throw Error(file.string(),
                            "cannot take the line \"" + text + "\", which " + error.what());
            if (error.where() == "picture") throw Error(file.string(), error.what());
            throw;
        }
    };
    return maker;
}

void show(const QueueItem& item) {
    print(std::to_string(item.id) + "  " + item.state + "  " + item.text + "  [" + item.photograph +
          "]" + (item.uri.empty() ? "" : "  " + item.uri) +
          (item.error.empty() ? "" : "  " + item.error) + "\n");
}

// The settings of a bot's folder, all of them checked; only here do bot and picture meet.
BotConfig config_of(const BotArguments& options) {
    BotConfig config = read_config(options.folder);
    check_theme(config.theme, places_in(options.folder)("theme"));
    return config;
}

// "--time-zone" of "time_zone".
std::string option_of(std::string member) {
    std::replace(member.begin(), member.end(), '_', '-');
    return "--" + member;
}

int init(const BotArguments& options) {
    fs::path folder = options.folder, file = folder / "bot.json";
    if (fs::exists(file))
        throw Error(file.string(), "is there already; edit it, or remove it first");
    check_config(options.config, option_of);
    fs::path words = folder / options.config.words_file;
    if (!fs::exists(words)) write_file(words, read_file(find_resource(kWords) / kWords));
    fs::create_directories(folder / options.config.photographs);
    write_file(file, first_config(options.config));
    print(file.string() + ": edit it, put photographs (P.jpg with a description P.txt) into " +
          (folder / options.config.photographs).string() +
          (options.config.service == "folder"
               ? ""
               : ",\nthe app password into " + (folder / options.config.secret_file).string() +
                     " (chmod 600)") +
          "; then: quillet bot post --dry-run --folder " + shell_word(options.folder) + "\n");
    return 0;
}

// Picture, alt text and record of a post that is not made. A folder without bot.json will do.
int dry_run(const BotArguments& options) {
    BotConfig config = options.config;
    config.folder = options.folder;
    if (fs::exists(fs::path(options.folder) / "bot.json")) {
        config = config_of(options);
    } else {
        config.service = "bluesky";
        config.words_file = (find_resource(kWords) / kWords).string();
    }
    Host host = machine_host(tell);
    const uint32_t seed = options.seed.value_or(host.random());
    Maker maker = maker_for(config);
    TemporaryFolder empty;
    QueueItem item;
    {
        BotConfig elsewhere = config;  // the queue is left as it is
        auto absolute = [&](std::string& path) {
            if (!path.empty()) path = fs::absolute(config.path(path)).string();
        };
        absolute(elsewhere.photographs);
        absolute(elsewhere.words_file);
        absolute(elsewhere.training_text);
        elsewhere.folder = empty.path();
        if (!options.photograph.empty()) {
            fs::path photograph = options.photograph;
            read_photograph(read_file(photograph), photograph.string(), elsewhere.picture_side);
            alt_text("", photograph);  // tells where there is no description
            elsewhere.photographs = (empty.path() / "one").string();
            fs::create_directories(elsewhere.photographs);
            fs::copy_file(photograph, fs::path(elsewhere.photographs) / photograph.filename());
            fs::path description = photograph;
            description.replace_extension(".txt");
            fs::copy_file(description, fs::path(elsewhere.photographs) / description.filename());
        }
        host.random = [seed] { return seed; };
        Bot bot(elsewhere, host, maker);
        item = bot.make_item();
        const std::map<std::string, std::string> files = {
            {"picture.jpg", item.picture},
            {"alt.txt", item.alt + "\n"},
            {"record.json", bot.service().record(item)}};
        for (const auto& [name, text] : files)
            require_not_among(
                fs::path(options.output) / name,
                {options.photograph, fs::path(options.photograph).replace_extension(".txt")});
        write_files(options.output, files);
    }
    print(item.text + "\n" + options.output + ": picture.jpg (" + std::to_string(item.width) +
          " x " + std::to_string(item.height) + ", " + std::to_string(item.picture.size()) +
          " bytes), alt.txt, record.json; seed " + std::to_string(seed) + "\n");
    return 0;
}

int post(const BotArguments& options) {
    if (options.dry_run) return dry_run(options);
    Host host = machine_host(tell);
    BotConfig config = config_of(options);
    Bot bot(config, host, maker_for(config));
    std::optional<QueueItem> item = bot.post_now();
    if (!item)
        throw Error("the queue",
                    "has no approved item; expected one: quillet bot queue --write 1, "
                    "then quillet bot approve ID");
    show(*item);
    return 0;
}

// Trouble ends a turn, not the bot; what keeps a line from being written keeps no post from going.
bool turn(Bot& bot) {
    bool good = true;
    auto attempt = [&](auto act) {
        try {
            act();
        } catch (const Error& error) {
            tell(error.where() + ": " + error.what());
            good = false;
        }
    };
    attempt([&] {
        if (std::optional<QueueItem> item = bot.post_due()) show(*item);
    });
    attempt([&] { bot.fill_queue(); });
    return good;
}

int run(const BotArguments& options) {
    Host host = machine_host(tell);
    BotConfig config = config_of(options);
    for (bool first = true;; first = false) {
        double wait = kPatrol;
        {
            Bot bot(config, host, maker_for(config));  // the database is free while waiting
            bool good = turn(bot);
            if (options.once) return good ? 0 : 2;
            int64_t next = bot.next_slot();
            if (first) tell("next post at " + local_time(config.schedule, next));
            wait = std::min(kPatrol, std::max(1.0, double(next) - double(host.now()) / 1e6));
        }
        host.sleep(wait);
    }
}

int queue(const BotArguments& options) {
    Host host = machine_host(tell);
    BotConfig config = config_of(options);
    Bot bot(config, host, maker_for(config));
    for (int i = 0; i < options.write; i++) bot.keep(bot.make_item());
    for (const char* state : {"posting", "approved", "waiting", "failed"})
        for (const QueueItem& item : bot.store().items(state)) {
            show(item);
            if (options.pictures.empty()) continue;
            fs::path file = fs::path(options.pictures) / (std::to_string(item.id) + ".jpg");
            write_file(file, bot.store().item(item.id)->picture);
        }
    return 0;
}

int move(const BotArguments& options, const char* from, const char* to) {
    BotConfig config = config_of(options);
    Store store(config.path("bot.sqlite"));
    std::optional<QueueItem> item = store.item(options.id);
    if (!item || !store.move(options.id, from, to))
        throw Error(
            "item " + std::to_string(options.id),
            item ? "is " + item->state + " and cannot become " + to : "is not in the queue");
    show(*store.item(options.id));
    return 0;
}

int status(const BotArguments& options) {
    BotConfig config = config_of(options);
    Store store(config.path("bot.sqlite"));
    Host host = machine_host(tell);
    std::string text = config.service + " " + config.account + "\n";
    for (const char* state : {"waiting", "approved", "posting", "posted", "rejected", "failed"})
        text += std::string(state) + " " + std::to_string(store.count(state)) + "  ";
    text += "\nnext post at " +
            local_time(config.schedule, slot_after(config.schedule, host.now() / 1000000)) + "\n";
    for (const std::string& event : store.last_events(10)) text += event + "\n";
    print(text);
    filter_of(config);  // tells what would keep the next line from being written
    if (!config.font.empty() && !fs::exists(config.path(config.font)))
        throw Error(config.path(config.font).string(), "is missing, the \"font\" of bot.json");
    if (!config.model.empty() && !fs::exists(config.path(config.model)))
        throw Error(config.path(config.model).string(), "is missing, the \"model\" of bot.json");
    return 0;
}

}  // namespace

Run set_up_bot(Command& command) {
    auto options = std::make_shared<BotArguments>();
    auto chosen = std::make_shared<std::function<int()>>();
    command.requires_command();
    auto add = [&](const char* name, const char* description, std::function<int()> act) {
        Command* sub = &command.add_command(name, description, [chosen, act] { *chosen = act; });
        sub->add_option("--folder", options->folder, "The bot's folder, with bot.json")
            ->shows_default();
        return sub;
    };
    const BotArguments* o = options.get();
    Command* sub =
        add("init", "Make bot.json and a folder for photographs", [o] { return init(*o); });
    sub->add_option("--service", options->config.service, "bluesky, mastodon or folder");
    sub->add_option("--account", options->config.account, "Bluesky: a handle or a DID");
    sub->add_option("--server", options->config.server,
                    "Mastodon: https://…; folder: the folder of posts");
    sub->add_option("--time-zone", options->config.schedule.time_zone, "Of the schedule");
    sub->add_flag("--auto", options->config.automatic, "Post without approval");
    sub = add("post", "Post the oldest approved item now", [o] { return post(*o); });
    Option* dry_run = sub->add_flag("--dry-run", options->dry_run,
                                    "Write picture, alt text and record; post nothing");
    sub->add_option("--photo", options->photograph, "With --dry-run: this photograph")
        ->check(existing_file())
        ->needs(dry_run);
    sub->add_option("--seed", options->seed, "With --dry-run: of the line")->needs(dry_run);
    sub->add_option("-o,--output", options->output, "With --dry-run: the folder to write to")
        ->needs(dry_run)
        ->shows_default();
    sub = add("run", "Post whenever it is time, until stopped", [o] { return run(*o); });
    sub->add_flag("--once", options->once,
                  "Post what is due now, if anything, and stop: for cron and systemd");
    sub = add("queue", "Show what waits, or write more", [o] { return queue(*o); });
    sub->add_option("--write", options->write, "Items to write")->check(whole_between(0, 100));
    sub->add_option("--pictures", options->pictures, "A folder to write the pictures to");
    sub = add("approve", "Let an item be posted",
              [o] { return move(*o, "waiting rejected failed", "approved"); });
    sub->add_option("ID", options->id, "Of the item, as queue shows it")->required();
    sub = add("reject", "Never post an item",
              [o] { return move(*o, "waiting approved failed", "rejected"); });
    sub->add_option("ID", options->id, "Of the item, as queue shows it")->required();
    add("status", "Counts, the next time to post, the last events", [o] { return status(*o); });
    return [options, chosen] { return (*chosen)(); };
}
#else
Run set_up_bot(Command& command) {
    command.takes_anything();
    return []() -> int {
        throw Error("bot",
                    "this program was built without it; install libcurl, SQLite, Howard "
                    "Hinnant's date library and what quillet picture needs (./dev build "
                    "does) and build again");
    };
}
#endif

}  // namespace quillet
