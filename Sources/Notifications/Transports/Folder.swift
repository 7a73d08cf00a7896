import Core
import FoundationEssentials

/// Writes each message as a file named by its id, for another program to pick up: `.eml` for mail, `.txt` for the text of
/// an SMS below its number. Written again, the file is the same.
package struct Folder: Transport {
    private let directory: String
    private let content: Content

    package enum Content: Sendable {
        case mail(MailFormat)
        case sms(ShortText)
    }

    package init(directory: String, content: Content) throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        self.directory = directory
        self.content = content
    }

    package func send(_ message: OutgoingMessage) async -> Outcome {
        let (bytes, ending): ([UInt8], String) =
            switch content {
            case .mail(let format): (format.bytes(message), "eml")
            case .sms(let text): (Array("\(message.address)\n\(text.fitting(message.letter.short))\n".utf8), "txt")
            }
        do {
            try Data(bytes).write(to: URL(filePath: "\(directory)/\(message.id).\(ending)"), options: .atomic)
            return .sent(providerID: nil)
        } catch {
            return .unreachable("folder")
        }
    }
}
