/// The opcodes of pickle protocols 0 to 5, with the names of Python's `pickletools`.
enum PickleOpcode: UInt8 {
    case mark = 0x28, stop = 0x2E
    case pop = 0x30, popMark = 0x31, dup = 0x32
    case float = 0x46, int = 0x49, binInt = 0x4A, binInt1 = 0x4B, binInt2 = 0x4D
    case long = 0x4C, none = 0x4E, reduce = 0x52
    case persistentID = 0x50, binPersistentID = 0x51
    case string = 0x53, binString = 0x54, shortBinString = 0x55, unicode = 0x56, binUnicode = 0x58
    case append = 0x61, build = 0x62, global = 0x63, dictionary = 0x64, emptyDictionary = 0x7D
    case appends = 0x65, get = 0x67, binGet = 0x68, longBinGet = 0x6A
    case inst = 0x69, list = 0x6C, emptyList = 0x5D, object = 0x6F
    case put = 0x70, binPut = 0x71, longBinPut = 0x72
    case setItem = 0x73, setItems = 0x75, tuple = 0x74, emptyTuple = 0x29
    case binFloat = 0x47

    // Protocol 2.
    case proto = 0x80, newObject = 0x81, extension1 = 0x82, extension2 = 0x83, extension4 = 0x84
    case tuple1 = 0x85, tuple2 = 0x86, tuple3 = 0x87, newTrue = 0x88, newFalse = 0x89
    case long1 = 0x8A, long4 = 0x8B

    // Protocol 3.
    case binBytes = 0x42, shortBinBytes = 0x43

    // Protocol 4.
    case shortBinUnicode = 0x8C, binUnicode8 = 0x8D, binBytes8 = 0x8E, emptySet = 0x8F
    case addItems = 0x90, frozenSet = 0x91, newObjectWithKeywords = 0x92, stackGlobal = 0x93
    case memoize = 0x94, frame = 0x95

    // Protocol 5.
    case byteArray8 = 0x96, nextBuffer = 0x97, readOnlyBuffer = 0x98
}
