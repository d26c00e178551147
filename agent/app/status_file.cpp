#include "agent/app/status_file.hpp"

#include "common/platform/file.hpp"
#include "common/wire/json_reader.hpp"
#include "common/wire/json_writer.hpp"

#include <fstream>
#include <system_error>

namespace mimamori::agent::app {
namespace {

constexpr std::size_t status_bytes_max = 64U * 1024;

std::filesystem::path file_in(const std::filesystem::path& folder)
{
    return folder / "status.json";
}

} // namespace

Result<void> write_status(const std::filesystem::path& folder, const RunningStatus& status)
{
    // Renamed, so that a reader sees all of it, but not synced: it is written every minute.
    const auto beside = folder / "status.json.new";
    {
        std::ofstream file{beside, std::ios::binary | std::ios::trunc};
        file << wire::to_json(status);
        if (!file.flush())
            return platform::last_error("write " + beside.string());
    }
    std::error_code failure;
    std::filesystem::rename(beside, file_in(folder), failure);
    if (failure)
        return Error{Errc::io, "rename " + beside.string() + ": " + failure.message()};
    return {};
}

Result<RunningStatus> read_status(const std::filesystem::path& folder)
{
    const auto text = platform::read_file(file_in(folder), status_bytes_max);
    if (!text)
        return text.error();
    return wire::from_json<RunningStatus>(*text);
}

} // namespace mimamori::agent::app
