#include "agent/probes/text_source.hpp"
#include "common/platform/file.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <lz4frame.h>
#include <zlib.h>

namespace mimamori::agent::probes {
namespace {

constexpr std::uint64_t text_bytes_max = 2ULL * 1024 * 1024 * 1024;

/// An open file and what it is called.
class OpenFile
{
public:
    OpenFile(int file, std::string path)
        : file_{file}
        , path_{std::move(path)}
    {}

    ~OpenFile() { ::close(file_); }

    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;

    Result<std::size_t> read(char* to, std::size_t bytes_max)
    {
        for (;;)
        {
            const ssize_t got = ::read(file_, to, bytes_max);
            if (got >= 0)
                return static_cast<std::size_t>(got);
            if (errno != EINTR)
                return platform::last_error("read " + path_);
        }
    }

    /// Counts text that came out; an error once it is too much.
    Result<std::size_t> count(std::size_t bytes)
    {
        bytes_ += bytes;
        if (bytes_ > text_bytes_max)
            return Error{Errc::too_large, "read " + path_ + ": more than 2 GiB"};
        return bytes;
    }

    Error damaged() const { return {Errc::invalid_input, "read " + path_ + ": damaged"}; }

private:
    int file_;
    std::string path_;
    std::uint64_t bytes_{0};
};

class PlainText final : public TextSource
{
public:
    PlainText(int file, std::string path)
        : file_{file, std::move(path)}
    {}

    Result<std::size_t> read(char* to, std::size_t bytes_max) override
    {
        const auto got = file_.read(to, bytes_max);
        return got ? file_.count(*got) : got;
    }

private:
    OpenFile file_;
};

/// What the two packed forms share: packed bytes that wait to be unpacked.
class PackedText : public TextSource
{
protected:
    PackedText(int file, std::string path)
        : file_{file, std::move(path)}
    {}

    /// Reads on when nothing waits; false at the end of the file.
    Result<bool> fill()
    {
        if (waiting_ > 0)
            return true;
        const auto got = file_.read(packed_.data(), packed_.size());
        if (!got)
            return got.error();
        at_ = 0;
        waiting_ = *got;
        return *got > 0;
    }

    void used(std::size_t bytes)
    {
        at_ += bytes;
        waiting_ -= bytes;
    }

    const char* packed() const { return packed_.data() + at_; }

    OpenFile file_;
    std::size_t waiting_{0};

private:
    std::size_t at_{0};
    std::array<char, 128U * 1024> packed_;
};

class Lz4Text final : public PackedText
{
public:
    Lz4Text(int file, std::string path)
        : PackedText{file, std::move(path)}
    {
        LZ4F_createDecompressionContext(&context_, LZ4F_VERSION);
    }

    ~Lz4Text() override { LZ4F_freeDecompressionContext(context_); }

    Lz4Text(const Lz4Text&) = delete;
    Lz4Text& operator=(const Lz4Text&) = delete;

    Result<std::size_t> read(char* to, std::size_t bytes_max) override
    {
        if (context_ == nullptr)
            return Error{Errc::internal, "no memory to unpack lz4"};
        for (;;)
        {
            const auto more = fill();
            if (!more)
                return more.error();
            if (!*more)
                return expected_ == 0 ? Result<std::size_t>{0U} : file_.damaged();
            std::size_t out = bytes_max;
            std::size_t in = waiting_;
            expected_ = LZ4F_decompress(context_, to, &out, packed(), &in, nullptr);
            if (LZ4F_isError(expected_) != 0)
                return file_.damaged();
            used(in);
            if (out > 0)
                return file_.count(out);
        }
    }

private:
    LZ4F_dctx* context_{nullptr};
    std::size_t expected_{0}; // 0: a frame is complete.
};

class GzipText final : public PackedText
{
public:
    GzipText(int file, std::string path)
        : PackedText{file, std::move(path)}
    {
        constexpr int gzip_window = 16 + MAX_WBITS;
        ready_ = ::inflateInit2(&stream_, gzip_window) == Z_OK;
    }

    ~GzipText() override { ::inflateEnd(&stream_); }

    GzipText(const GzipText&) = delete;
    GzipText& operator=(const GzipText&) = delete;

    Result<std::size_t> read(char* to, std::size_t bytes_max) override
    {
        if (!ready_)
            return Error{Errc::internal, "no memory to unpack gzip"};
        while (!ended_)
        {
            const auto more = fill();
            if (!more)
                return more.error();
            if (!*more)
                return file_.damaged();
            stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed()));
            stream_.avail_in = static_cast<uInt>(waiting_);
            stream_.next_out = reinterpret_cast<Bytef*>(to);
            stream_.avail_out = static_cast<uInt>(bytes_max);
            const int state = ::inflate(&stream_, Z_NO_FLUSH);
            used(waiting_ - stream_.avail_in);
            ended_ = state == Z_STREAM_END;
            if (state != Z_OK && !ended_)
                return file_.damaged();
            if (const std::size_t out = bytes_max - stream_.avail_out; out > 0)
                return file_.count(out);
        }
        return 0U;
    }

private:
    z_stream stream_{};
    bool ready_{false};
    bool ended_{false};
};

} // namespace

Result<std::unique_ptr<TextSource>> open_text(const Tree& tree, const std::string& path)
{
    for (const std::string_view packing : {".xz", ".zst", ".bz2", ".lzma"})
    {
        if (path.ends_with(packing))
            return Error{
                Errc::unsupported,
                "read " + path + ": packed as " + std::string{packing} + ", which is not read"};
    }
    const auto file = tree.open_file(path);
    if (!file)
        return file.error();
    std::unique_ptr<TextSource> text;
    if (path.ends_with(".lz4"))
        text = std::make_unique<Lz4Text>(*file, path);
    else if (path.ends_with(".gz"))
        text = std::make_unique<GzipText>(*file, path);
    else
        text = std::make_unique<PlainText>(*file, path);
    return text;
}

} // namespace mimamori::agent::probes
