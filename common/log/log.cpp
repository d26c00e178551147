#include "common/log/log.hpp"

#include "common/log/listener.hpp"

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>

namespace mimamori::log {
namespace {

struct CaptureState
{
    std::mutex lock;
    bool active{false};
    std::vector<std::string> lines;
};

CaptureState& capture_state()
{
    static CaptureState state;
    return state;
}

std::shared_ptr<spdlog::logger>& logger()
{
    static auto instance = std::make_shared<spdlog::logger>(
        "mimamori", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    return instance;
}

std::atomic<Level>& least_level()
{
    static std::atomic<Level> level{Level::info};
    return level;
}

void (*&listener())(Level, std::string_view)
{
    static void (*instance)(Level, std::string_view) = nullptr;
    return instance;
}

spdlog::level::level_enum to_spdlog(Level level)
{
    switch (level)
    {
    case Level::debug:
        return spdlog::level::debug;
    case Level::info:
        return spdlog::level::info;
    case Level::warn:
        return spdlog::level::warn;
    case Level::error:
        break;
    }
    return spdlog::level::err;
}

std::string_view name_of(Level level)
{
    constexpr std::string_view names[] = {"debug", "info", "warn", "error"};
    return names[static_cast<std::size_t>(level)];
}

} // namespace

void start(const Options& options)
{
    least_level() = options.least;
    spdlog::sink_ptr sink;
    if (options.file.empty())
        sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    else
        sink = std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
            std::filesystem::path{options.file}.native(), options.file_size_max_bytes,
            options.files_max);
    auto made = std::make_shared<spdlog::logger>("mimamori", std::move(sink));
    made->set_level(spdlog::level::debug);
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
    made->flush_on(spdlog::level::info);
    logger() = std::move(made);
}

void also_tell(void (*given)(Level, std::string_view))
{
    listener() = given;
}

void flush()
{
    logger()->flush();
}

bool enabled(Level level)
{
    return level >= least_level();
}

void write(Level level, std::string_view line)
{
    {
        auto& state = capture_state();
        const std::lock_guard guard{state.lock};
        if (state.active)
        {
            state.lines.push_back(fmt::format("{}: {}", name_of(level), line));
            return;
        }
    }
    if (listener() && level >= Level::warn)
        listener()(level, line);
    if (enabled(level))
        logger()->log(to_spdlog(level), "{}", line);
}

Capture::Capture()
{
    auto& state = capture_state();
    const std::lock_guard guard{state.lock};
    state.active = true;
    state.lines.clear();
}

Capture::~Capture()
{
    auto& state = capture_state();
    const std::lock_guard guard{state.lock};
    state.active = false;
}

std::vector<std::string> Capture::lines() const
{
    auto& state = capture_state();
    const std::lock_guard guard{state.lock};
    return state.lines;
}

bool Capture::contains(std::string_view part) const
{
    const auto all = lines();
    return std::any_of(all.begin(), all.end(), [&](const std::string& line) {
        return line.find(part) != std::string::npos;
    });
}

} // namespace mimamori::log
