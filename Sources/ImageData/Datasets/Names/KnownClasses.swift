/// Names of classes that data sets have by themselves, where a config gives none.
///
/// Source: the lists of MMClassification, so that checkpoints name classes as its own do.
enum KnownClasses {
    /// The kinds of objects in PASCAL VOC.
    static let voc = names(
        """
        aeroplane|bicycle|bird|boat|bottle|bus|car|cat|chair|cow|diningtable|dog|horse|motorbike
        person|pottedplant|sheep|sofa|train|tvmonitor
        """)

    /// The names in a text, between line ends and upright lines.
    static func names(_ text: String) -> [String] {
        text.split(whereSeparator: { $0 == "|" || $0 == "\n" }).map(String.init)
    }
}
