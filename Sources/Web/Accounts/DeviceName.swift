/// A browser and its system as people know them, out of what the browser says of itself in `User-Agent`.
///
/// Only for people to recognise their own devices by: browsers may say anything, so nothing is decided on it.
struct DeviceName {
    /// “Chrome, Android”; when neither is known, the beginning of the field.
    let text: String

    init(userAgent: String) {
        func first(_ names: [(sign: String, name: String)]) -> String? {
            names.first { userAgent.contains($0.sign) }?.name
        }
        let parts = [first(Self.browsers), first(Self.systems)].compactMap(\.self)
        text = parts.isEmpty ? String(userAgent.prefix(120)) : parts.joined(separator: ", ")
    }

    /// In the order of the search: most browsers also name the ones that they descend from.
    private static let browsers = [
        (sign: "coc_coc_browser", name: "Cốc Cốc"), (sign: "Zalo", name: "Zalo"), (sign: "Edg", name: "Edge"),
        (sign: "OPR/", name: "Opera"), (sign: "SamsungBrowser", name: "Samsung Internet"),
        (sign: "Firefox", name: "Firefox"), (sign: "FxiOS", name: "Firefox"), (sign: "CriOS", name: "Chrome"),
        (sign: "Chrome", name: "Chrome"), (sign: "Safari", name: "Safari"),
    ]
    private static let systems = [
        (sign: "iPhone", name: "iPhone"), (sign: "iPad", name: "iPad"), (sign: "Android", name: "Android"),
        (sign: "Windows", name: "Windows"), (sign: "Mac OS X", name: "macOS"), (sign: "CrOS", name: "ChromeOS"),
        (sign: "Linux", name: "Linux"),
    ]
}
