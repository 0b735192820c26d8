namespace Mport.Protocol.Carriers;

/// <summary>Takes bytes of a stream straight from the carrier's read buffer, saving a copy and a thread hop per frame.</summary>
internal interface IReceiveSink
{
    /// <summary>Takes what it can without waiting; called by the carrier's reader alone, never two at a time.</summary>
    /// <returns>How many bytes were taken: fewer than given when the rest must wait.</returns>
    int Take(ReadOnlySpan<byte> bytes);
}
