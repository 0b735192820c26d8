namespace Mport.Server.Tests.Kit;

/// <summary>The kind of database that a test of the stores runs on.</summary>
public enum StoreProvider
{
    Sqlite,
    Postgres,
}
