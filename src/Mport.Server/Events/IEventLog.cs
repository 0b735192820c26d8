namespace Mport.Server.Events;

/// <summary>Takes events. Thread-safe; nothing here throws for a database that cannot be written.</summary>
internal interface IEventLog
{
    /// <summary>
    /// Writes it soon, behind those that wait. For what comes to pass many times a second: sessions and tunnels that come and go. When the queue is full,
    /// which takes a database that cannot be written, it is counted as lost, and an event says later how many were.
    /// </summary>
    void Record(EdgeEvent happened);

    /// <summary>
    /// Writes it, and completes when it is written, or is known to be lost. For changes: whoever made one is answered after its event stands.
    /// </summary>
    Task RecordAsync(EdgeEvent happened, CancellationToken cancellationToken);
}
