// Runs a fuzz target without libFuzzer: every file of a folder as it is, cut short at up to 64
// places, and with single bytes altered at up to 256 places. Always the same inputs.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

/// An exact copy on the heap, so that a read past the end is seen by AddressSanitizer.
void run(const std::string& input)
{
    const std::vector<std::uint8_t> copy(input.begin(), input.end());
    LLVMFuzzerTestOneInput(copy.data(), copy.size());
}

int run_file(const std::filesystem::path& path)
{
    std::ifstream file{path, std::ios::binary};
    const std::string input{std::istreambuf_iterator<char>{file}, {}};
    int executions = 1;
    run(input);

    const std::size_t cut_step = input.size() / 64 + 1;
    for (std::size_t length = 0; length < input.size(); length += cut_step, ++executions)
        run(input.substr(0, length));

    const std::size_t step = input.size() / 256 + 1;
    for (std::size_t at = 0; at < input.size(); at += step, ++executions)
    {
        std::string altered = input;
        altered[at] = static_cast<char>(static_cast<unsigned char>(altered[at]) ^ (1U << (at % 8)));
        run(altered);
    }
    return executions;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 2)
    {
        std::fprintf(stderr, "usage: %s CORPUS_FOLDER\n", argv[0]);
        return 2;
    }
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{argv[1]})
    {
        if (entry.is_regular_file())
            files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());

    int executions = 0;
    for (const auto& file : files)
        executions += run_file(file);
    std::printf("%zu files, %d executions\n", files.size(), executions);
    return files.empty() ? 1 : 0;
}
