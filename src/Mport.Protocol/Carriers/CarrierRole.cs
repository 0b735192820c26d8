namespace Mport.Protocol.Carriers;

/// <summary>Which side of a carrier this is: it decides the stream ids (yamux: client odd, server even).</summary>
public enum CarrierRole
{
    /// <summary>The side that dialled.</summary>
    Client,

    /// <summary>The side that accepted.</summary>
    Edge,
}
