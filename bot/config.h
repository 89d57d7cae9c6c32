// The bot's configuration: one JSON file in the bot's folder, and the secret that is not in it.
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "bot/schedule.h"

namespace quillet {

struct BotConfig {
    std::filesystem::path folder;  // paths below are relative to it

    std::string service = "folder";  // bluesky, mastodon or folder
    std::string account;             // bluesky: a handle or a DID
    std::string
        server;  // mastodon: https://…; folder: the folder posts go to; bluesky: empty (found), or the PDS
    std::string resolver = "https://public.api.bsky.app";  // of handles
    std::string directory = "https://plc.directory";       // of DIDs
    std::string secret_file = "password";                  // mode 600: app password or access token

    std::string photographs = "photographs";  // a folder: P.jpg with its description P.txt
    std::string model;                        // empty: the Scots model that came with the program
    std::string training_text;                // whose lines, and near ones, are not posted
    std::string words_file = "words.txt";     // words that are not posted, one a line
    int candidates = 48;                      // lines written for one item
    int shortest = 15, longest = 180;         // characters of a line
    int ahead = 3;                            // items kept waiting for approval

    std::vector<std::string> languages = {"sco"};
    std::string theme = "auto", font;
    int picture_side = 1200;
    size_t picture_bytes = 976 * 1024;

    Schedule schedule;
    int grace_minutes = 120;  // a slot missed by more is left out
    bool automatic = false;   // post without approval
    int tries = 4;            // of one post before it is left for the next run

    std::filesystem::path path(const std::string& name) const { return folder / name; }
};

// The file bot.json of `folder`, its settings checked. Throws Error naming the file and the member
// that is wrong; a member that is not known is an error, so that a slip of the pen is seen.
BotConfig read_config(const std::filesystem::path& folder);

// Throws Error(place(member), …) for a setting that no bot can keep; the theme is the picture's to
// check.
void check_config(const BotConfig& config, const SettingPlace& place);

// Places in the file bot.json of `folder`.
SettingPlace places_in(const std::filesystem::path& folder);

// A first bot.json for people to edit.
std::string first_config(const BotConfig& config);

// The app password or access token: of the environment variable QUILLET_BOT_SECRET, else of the
// file of mode 600. Throws Error where there is none, or where others may read it.
std::string read_secret(const BotConfig& config);

}  // namespace quillet
