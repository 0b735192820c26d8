using System.Runtime.Versioning;
using Mport.Server.Accounts;
using Mport.Server.Data;
using Mport.Server.Tests.Kit;

namespace Mport.Server.Tests.Accounts;

[UnsupportedOSPlatform("windows")]
public sealed class AccountKeyTests : IDisposable
{
    private static readonly UserId _ann = new("usr_ann"), _bob = new("usr_bob");
    private readonly TempFolder _folder = new();

    public AccountKeyTests() => Directory.CreateDirectory(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Sealed_OpensForItsOwnerWithTheSameKeyAlone()
    {
        var whole = AccountKey.LoadOrCreate(_folder.Path).Seal("secret"u8, _ann);

        Assert.Equal("secret"u8.ToArray(), AccountKey.LoadOrCreate(_folder.Path).Open(whole, _ann));
        Assert.Null(AccountKey.LoadOrCreate(_folder.Path).Open(whole, _bob));
        Assert.Null(new AccountKey(new byte[32]).Open(whole, _ann));
        Assert.Null(new AccountKey(new byte[32]).Open([1, 2, 3], _ann));
    }

    [Fact]
    public void File_IsItsOwnersAlone_AndRefusedWhenOthersMayReadIt() // SEC-101
    {
        AccountKey.LoadOrCreate(_folder.Path);
        var path = _folder.File(AccountKey.FileName);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));

        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.Throws<EdgeStartException>(() => AccountKey.LoadOrCreate(_folder.Path));
    }

    [Fact]
    public void DamagedFile_IsRefused()
    {
        File.WriteAllBytes(_folder.File(AccountKey.FileName), [1, 2, 3]);
        File.SetUnixFileMode(_folder.File(AccountKey.FileName), UnixFileMode.UserRead | UnixFileMode.UserWrite);

        Assert.Throws<EdgeStartException>(() => AccountKey.LoadOrCreate(_folder.Path));
    }
}
