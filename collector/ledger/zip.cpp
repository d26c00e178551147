#include "collector/ledger/zip.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <minizip/unzip.h>

namespace mimamori::collector::ledger {
namespace {

constexpr std::size_t entries_max = 1'000;
constexpr int case_matters = 1;

Error damaged()
{
    return Error{Errc::invalid_input, "a damaged Excel file"};
}

Error too_much()
{
    return Error{Errc::too_large, "an Excel file that unpacks to too much"};
}

/// What minizip takes for a file: bytes in memory, read only.
struct Source
{
    std::string_view bytes;
    std::size_t at{0};
};

Source& source_of(voidpf stream)
{
    return *static_cast<Source*>(stream);
}

voidpf open_source(voidpf source, const void* /*name*/, int /*mode*/)
{
    return source;
}

uLong read_source(voidpf /*opaque*/, voidpf stream, void* into, uLong size)
{
    Source& source = source_of(stream);
    const std::size_t taken = std::min<std::size_t>(size, source.bytes.size() - source.at);
    std::memcpy(into, source.bytes.data() + source.at, taken);
    source.at += taken;
    return taken;
}

uLong write_nothing(voidpf /*opaque*/, voidpf /*stream*/, const void* /*from*/, uLong /*size*/)
{
    return 0;
}

ZPOS64_T tell_source(voidpf /*opaque*/, voidpf stream)
{
    return source_of(stream).at;
}

long seek_source(voidpf /*opaque*/, voidpf stream, ZPOS64_T offset, int origin)
{
    Source& source = source_of(stream);
    const std::size_t from = origin == SEEK_SET   ? 0
                             : origin == SEEK_CUR ? source.at
                                                  : source.bytes.size();
    if (offset > source.bytes.size() - from)
        return -1;
    source.at = from + offset;
    return 0;
}

int no_error(voidpf /*opaque*/, voidpf /*stream*/)
{
    return 0;
}

} // namespace

struct Archive::Opened
{
    Source source;
    unzFile handle{nullptr};

    explicit Opened(std::string_view bytes)
        : source{bytes}
    {
        zlib_filefunc64_def functions{open_source, read_source, write_nothing, tell_source,
                                      seek_source, no_error,    no_error,      &source};
        handle = ::unzOpen2_64(nullptr, &functions);
    }

    ~Opened()
    {
        if (handle)
            ::unzClose(handle);
    }

    Opened(const Opened&) = delete;
    Opened& operator=(const Opened&) = delete;
};

Result<Archive> Archive::open(std::string_view bytes)
{
    auto opened = std::make_shared<Opened>(bytes);
    unz_global_info64 about{};
    if (!opened->handle || ::unzGetGlobalInfo64(opened->handle, &about) != UNZ_OK)
        return damaged();
    if (about.number_entry > entries_max)
        return Error{Errc::too_large, "an Excel file of too many parts"};
    return Archive{std::move(opened)};
}

bool Archive::has(const std::string& name)
{
    return ::unzLocateFile(opened_->handle, name.c_str(), case_matters) == UNZ_OK;
}

Result<std::string> Archive::read(const std::string& name, std::size_t bytes_max)
{
    const int found = ::unzLocateFile(opened_->handle, name.c_str(), case_matters);
    if (found == UNZ_END_OF_LIST_OF_FILE)
        return Error{Errc::not_found, "no " + name};
    if (found != UNZ_OK || ::unzOpenCurrentFile(opened_->handle) != UNZ_OK)
        return damaged();
    std::string text;
    char piece[32'768];
    int made = 0;
    while ((made = ::unzReadCurrentFile(opened_->handle, piece, sizeof piece)) > 0
           && text.size() + static_cast<std::size_t>(made) <= bytes_max)
        text.append(piece, static_cast<std::size_t>(made));
    // Compares the sum of what was read, too.
    const int closed = ::unzCloseCurrentFile(opened_->handle);
    if (made > 0)
        return too_much();
    if (made < 0 || closed != UNZ_OK)
        return damaged();
    return text;
}

} // namespace mimamori::collector::ledger
