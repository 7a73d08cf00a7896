import FoundationEssentials

/// The template sources of a folder, read at once.
struct TemplateFiles: Sendable {
    /// The folder, as it was given.
    let directory: String
    /// Sources by name: the path below the folder, without `.mustache`.
    let sources: [String: [UInt8]]

    init(directory: String) throws {
        self.directory = directory
        var sources: [String: [UInt8]] = [:]
        for path in try TemplateFiles.paths(below: directory, ending: ".mustache") {
            sources[String(path.dropLast(9))] = try TemplateFiles.read("\(directory)/\(path)")
        }
        self.sources = sources
    }

    /// The file of a template, for messages.
    func file(of name: String) -> String { "\(directory)/\(name).mustache" }

    /// Names like the missing one first: those in its folder, or else all of them.
    func names(near name: String) -> String {
        let folder = name.prefix { $0 != "/" } + "/"
        let near = sources.keys.filter { $0.hasPrefix(folder) }
        return (near.isEmpty ? Array(sources.keys) : near).sorted().joined(separator: ", ")
    }

    /// Paths below `directory` of the files that end so, sorted.
    static func paths(below directory: String, ending: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: directory).filter { $0.hasSuffix(ending) }.sorted()
    }

    static func read(_ path: String) throws -> [UInt8] { try Array(Data(contentsOf: URL(filePath: path))) }
}
