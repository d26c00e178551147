#include "agent/windows/live_windows.hpp"
#include "common/platform/system_windows.hpp"

// windows.h comes first.
#include <windows.h>

#include <cfgmgr32.h>
#include <map>
#include <setupapi.h>
#include <vector>
#include <winioctl.h>

namespace mimamori::agent::windows {
namespace {

constexpr GUID disk_interface{
    0x53f56307, 0xb6bf, 0x11d0, {0x94, 0xf2, 0x00, 0xa0, 0xc9, 0x1e, 0xfb, 0x8b}};
/// DEVPKEY_Device_BusReportedDeviceDesc: what the device itself says it is.
constexpr DEVPROPKEY bus_description{
    {0x540b947e, 0x8b40, 0x45bc, {0xa8, 0xa2, 0x6a, 0x0b, 0x89, 0x4c, 0xbd, 0xa2}}, 4};

/// A list of devices; it frees itself.
class DeviceList
{
public:
    DeviceList(const GUID* kind, DWORD flags)
        : list_{::SetupDiGetClassDevsW(kind, nullptr, nullptr, flags)}
    {}

    DeviceList(const DeviceList&) = delete;
    DeviceList& operator=(const DeviceList&) = delete;

    ~DeviceList()
    {
        if (*this)
            ::SetupDiDestroyDeviceInfoList(list_);
    }

    explicit operator bool() const { return list_ != INVALID_HANDLE_VALUE; }

    HDEVINFO get() const { return list_; }

private:
    HDEVINFO list_;
};

/// The texts of a property: one, or the list of a REG_MULTI_SZ.
std::vector<std::string> property(HDEVINFO list, SP_DEVINFO_DATA& device, DWORD which)
{
    std::vector<wchar_t> buffer(2'048);
    DWORD type = 0;
    DWORD size = 0;
    const auto bytes = static_cast<DWORD>((buffer.size() - 2) * sizeof(wchar_t));
    if (::SetupDiGetDeviceRegistryPropertyW(
            list, &device, which, &type, reinterpret_cast<BYTE*>(buffer.data()), bytes, &size)
        == FALSE)
        return {};
    std::vector<std::string> texts;
    for (const wchar_t* at = buffer.data(); *at != L'\0';)
    {
        const std::wstring_view one{at};
        texts.push_back(platform::to_utf8(one));
        if (type != REG_MULTI_SZ)
            break;
        at += one.size() + 1;
    }
    return texts;
}

std::string first(std::vector<std::string> texts)
{
    return texts.empty() ? std::string{} : std::move(texts.front());
}

std::string instance_of(DEVINST device)
{
    wchar_t id[MAX_DEVICE_ID_LEN + 1];
    if (::CM_Get_Device_IDW(device, id, MAX_DEVICE_ID_LEN, 0) != CR_SUCCESS)
        return {};
    return platform::to_utf8(id);
}

std::string reported_description(HDEVINFO list, SP_DEVINFO_DATA& device)
{
    wchar_t text[256]{};
    DEVPROPTYPE type = 0;
    if (::SetupDiGetDevicePropertyW(
            list, &device, &bus_description, &type, reinterpret_cast<BYTE*>(text),
            sizeof text - sizeof(wchar_t), nullptr, 0)
        == FALSE)
        return {};
    return platform::to_utf8(text);
}

/// Opens a disk or volume without the right to read its content: enough to ask what it is.
platform::UniqueHandle open_to_ask(const wchar_t* path)
{
    return platform::UniqueHandle{::CreateFileW(
        path, 0, FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr, OPEN_EXISTING, 0, nullptr)};
}

template <class In, class Out>
bool ask(HANDLE device, DWORD code, const In& in, Out& out, DWORD out_bytes = sizeof(Out))
{
    DWORD got = 0;
    return ::DeviceIoControl(
               device, code, const_cast<In*>(&in), sizeof in, &out, out_bytes, &got, nullptr)
           != FALSE;
}

std::optional<std::uint32_t> device_number(HANDLE device)
{
    STORAGE_DEVICE_NUMBER number{};
    const char none = 0;
    if (!ask(device, IOCTL_STORAGE_GET_DEVICE_NUMBER, none, number)
        || number.DeviceType != FILE_DEVICE_DISK)
        return std::nullopt;
    return static_cast<std::uint32_t>(number.DeviceNumber);
}

const char* bus_word(STORAGE_BUS_TYPE bus)
{
    constexpr int nvme = 17; // Windows 8.1.
    switch (static_cast<int>(bus))
    {
    case BusTypeUsb:
        return "usb";
    case BusTypeSata:
    case BusTypeAta:
        return "sata";
    case BusTypeRAID:
        return "raid";
    case BusTypeSas:
    case BusTypeScsi:
        return "scsi";
    case BusTypeSd:
    case BusTypeMmc:
        return "sd";
    case BusTypeVirtual:
    case BusTypeFileBackedVirtual:
        return "virtual";
    case nvme:
        return "nvme";
    default:
        return "other";
    }
}

void describe_disk(HANDLE device, DiskRow& row)
{
    struct Answer
    {
        STORAGE_DEVICE_DESCRIPTOR head;
        char rest[1'024];
    };

    Answer answer{};
    STORAGE_PROPERTY_QUERY query{};
    query.PropertyId = StorageDeviceProperty;
    query.QueryType = PropertyStandardQuery;
    if (ask(device, IOCTL_STORAGE_QUERY_PROPERTY, query, answer))
    {
        const char* const start = reinterpret_cast<const char*>(&answer);
        const auto text_at = [&](DWORD offset) {
            if (offset == 0 || offset >= sizeof answer)
                return std::string{};
            return std::string{start + offset, ::strnlen(start + offset, sizeof answer - offset)};
        };
        row.model = text_at(answer.head.VendorIdOffset) + text_at(answer.head.ProductIdOffset);
        row.serial = text_at(answer.head.SerialNumberOffset);
        row.bus = bus_word(answer.head.BusType);
        row.removable = answer.head.RemovableMedia != FALSE;
    }
    DEVICE_SEEK_PENALTY_DESCRIPTOR seek{};
    query.PropertyId = StorageDeviceSeekPenaltyProperty;
    if (ask(device, IOCTL_STORAGE_QUERY_PROPERTY, query, seek))
        row.seeks = seek.IncursSeekPenalty != FALSE;
    DISK_GEOMETRY_EX geometry{};
    const char none = 0;
    if (ask(device, IOCTL_DISK_GET_DRIVE_GEOMETRY_EX, none, geometry))
        row.size_bytes = static_cast<std::uint64_t>(geometry.DiskSize.QuadPart);
    STORAGE_PREDICT_FAILURE prediction{};
    if (ask(device, IOCTL_STORAGE_PREDICT_FAILURE, none, prediction))
        row.failing = prediction.PredictFailure != 0;
}

class LiveDevices final : public Devices
{
public:
    Result<std::vector<DeviceRow>> present() const override
    {
        const DeviceList list{nullptr, DIGCF_PRESENT | DIGCF_ALLCLASSES};
        if (!list)
            return platform::system_error("device list", ::GetLastError());
        constexpr DWORD devices_max = 5'000;
        std::vector<DeviceRow> rows;
        SP_DEVINFO_DATA device{};
        device.cbSize = sizeof device;
        for (DWORD i = 0;
             i < devices_max && ::SetupDiEnumDeviceInfo(list.get(), i, &device) != FALSE; ++i)
        {
            DeviceRow row;
            row.instance_id = instance_of(device.DevInst);
            DEVINST parent = 0;
            if (::CM_Get_Parent(&parent, device.DevInst, 0) == CR_SUCCESS)
                row.parent_id = instance_of(parent);
            row.description = first(property(list.get(), device, SPDRP_DEVICEDESC));
            row.friendly_name = first(property(list.get(), device, SPDRP_FRIENDLYNAME));
            if (row.friendly_name.empty())
                row.friendly_name = reported_description(list.get(), device);
            row.manufacturer = first(property(list.get(), device, SPDRP_MFG));
            row.setup_class = first(property(list.get(), device, SPDRP_CLASS));
            row.driver = first(property(list.get(), device, SPDRP_SERVICE));
            row.location = first(property(list.get(), device, SPDRP_LOCATION_INFORMATION));
            row.compatible_ids = property(list.get(), device, SPDRP_COMPATIBLEIDS);
            rows.push_back(std::move(row));
        }
        return rows;
    }

    Result<std::vector<VolumeRow>> volumes() const override
    {
        std::map<std::uint32_t, std::string> disk_ids;
        if (const auto all = disks())
        {
            for (const DiskRow& disk : *all)
                disk_ids.emplace(disk.number, disk.instance_id);
        }
        std::vector<VolumeRow> rows;
        const DWORD letters = ::GetLogicalDrives();
        for (unsigned i = 0; i < 26; ++i)
        {
            if ((letters >> i & 1U) != 0)
                rows.push_back(volume_of(static_cast<wchar_t>(L'A' + i), disk_ids));
        }
        return rows;
    }

    Result<std::vector<DiskRow>> disks() const override
    {
        const DeviceList list{&disk_interface, DIGCF_PRESENT | DIGCF_DEVICEINTERFACE};
        if (!list)
            return platform::system_error("disk list", ::GetLastError());
        constexpr DWORD disks_max = 200;
        std::vector<DiskRow> rows;
        SP_DEVICE_INTERFACE_DATA entry{};
        entry.cbSize = sizeof entry;
        for (DWORD i = 0; i < disks_max; ++i)
        {
            if (::SetupDiEnumDeviceInterfaces(list.get(), nullptr, &disk_interface, i, &entry)
                == FALSE)
                break;
            alignas(SP_DEVICE_INTERFACE_DETAIL_DATA_W) std::byte buffer[2'048];
            auto* const detail = reinterpret_cast<SP_DEVICE_INTERFACE_DETAIL_DATA_W*>(buffer);
            detail->cbSize = sizeof *detail;
            SP_DEVINFO_DATA device{};
            device.cbSize = sizeof device;
            if (::SetupDiGetDeviceInterfaceDetailW(
                    list.get(), &entry, detail, sizeof buffer, nullptr, &device)
                == FALSE)
                continue;
            const auto disk = open_to_ask(detail->DevicePath);
            const auto number = disk ? device_number(disk.get()) : std::optional<std::uint32_t>{};
            if (!number)
                continue;
            DiskRow row;
            row.number = *number;
            row.instance_id = instance_of(device.DevInst);
            describe_disk(disk.get(), row);
            rows.push_back(std::move(row));
        }
        return rows;
    }

private:
    static VolumeRow volume_of(wchar_t letter, const std::map<std::uint32_t, std::string>& disk_ids)
    {
        const wchar_t root[] = {letter, L':', L'\\', L'\0'};
        VolumeRow row;
        row.letter = platform::to_utf8({root, 2});
        const UINT kind = ::GetDriveTypeW(root);
        row.kind = kind == DRIVE_FIXED       ? "fixed"
                   : kind == DRIVE_REMOVABLE ? "removable"
                   : kind == DRIVE_CDROM     ? "optical"
                   : kind == DRIVE_REMOTE    ? "network"
                   : kind == DRIVE_RAMDISK   ? "memory"
                                             : "unknown";
        if (kind != DRIVE_FIXED && kind != DRIVE_REMOVABLE)
            return row;
        // A reader without a card must not open a dialogue.
        DWORD mode = 0;
        ::SetThreadErrorMode(SEM_FAILCRITICALERRORS, &mode);
        wchar_t label[MAX_PATH + 1]{};
        wchar_t file_system[MAX_PATH + 1]{};
        if (::GetVolumeInformationW(
                root, label, MAX_PATH + 1, nullptr, nullptr, nullptr, file_system, MAX_PATH + 1)
            != FALSE)
        {
            row.label = platform::to_utf8(label);
            row.file_system = platform::to_utf8(file_system);
        }
        const wchar_t path[] = {L'\\', L'\\', L'.', L'\\', letter, L':', L'\0'};
        const auto volume = open_to_ask(path);
        const auto number = volume ? device_number(volume.get()) : std::optional<std::uint32_t>{};
        const auto disk = number ? disk_ids.find(*number) : disk_ids.end();
        if (disk != disk_ids.end())
            row.disk_id = disk->second;
        ::SetThreadErrorMode(mode, nullptr);
        return row;
    }
};

} // namespace

std::unique_ptr<Devices> make_devices()
{
    return std::make_unique<LiveDevices>();
}

} // namespace mimamori::agent::windows
