namespace Mport.Protocol.Resume;

/// <summary>What a record is. On the wire; zero is not used, so that a run of zeros is never legal.</summary>
internal enum ResumeRecordType : byte
{
    /// <summary>Not on the wire: the input holds no further whole record.</summary>
    None = 0,

    /// <summary>Bytes of the carrier.</summary>
    Data = 1,

    /// <summary>An 8-byte offset: so many bytes of the carrier have come.</summary>
    Acknowledgement = 2,

    /// <summary>The sender has no room left and asks for an acknowledgement now.</summary>
    Ask = 3,
}
