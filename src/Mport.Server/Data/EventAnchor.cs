namespace Mport.Server.Data;

/// <summary>Where the log begins since its oldest events were removed: the place and hash of the last one that is gone. One row, or none.</summary>
internal sealed class EventAnchor
{
    /// <summary>The only key.</summary>
    public const int OnlyId = 1;

    /// <summary>The key.</summary>
    public int Id { get; init; } = OnlyId;

    /// <summary>The place of the last removed event.</summary>
    public required long Sequence { get; set; }

    /// <summary>Its hash, from which the chain goes on.</summary>
    public required byte[] Hash { get; set; }
}
