import { existsSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { Slide } from '../../contract/values/slide.ts';
import { SlideLevel } from '../../contract/values/slide.ts';
import { fromJson } from '../json.ts';
import { fromStored, toStored } from '../storedPath.ts';

interface Row {
  id: number;
  name: string;
  path: string;
  format: string;
  width: number;
  height: number;
  file_mpp: number | null;
  user_mpp: number | null;
  levels: string;
  associated: string;
  synthetic: number;
  created_at: number;
}

/** What the file says of itself. */
export interface SlideFacts extends Readonly<Pick<Slide, 'format' | 'width' | 'height' | 'mpp'>> {
  readonly levels: readonly SlideLevel[];
  readonly associated: readonly string[];
}

/** A slide without a format is announced (it is being made) but not there yet; readers do not see it. */
export function slidesTable(db: Database, workspace: string) {
  const insert = db.prepare<[string, string, number, number]>(`
    INSERT INTO slides (name, path, width, height, levels, associated, synthetic, created_at)
    VALUES (?, ?, 0, 0, '[]', '[]', ?, ?)`);
  const setFacts = db.prepare(`
    UPDATE slides SET format = @format, width = @width, height = @height, file_mpp = @mpp, levels = @levels,
      associated = @associated
    WHERE id = @id`);
  const get = db.prepare<[number], Row>('SELECT * FROM slides WHERE id = ? AND format IS NOT NULL');
  const idByPath = db.prepare<[string], { id: number }>('SELECT id FROM slides WHERE path = ?');
  const list = db.prepare<[], Row>('SELECT * FROM slides WHERE format IS NOT NULL ORDER BY id DESC');
  const fileMpp = db.prepare<[number], { file_mpp: number | null }>(
    'SELECT file_mpp FROM slides WHERE id = ?',
  );
  const move = db.prepare<[string, number]>('UPDATE slides SET path = ? WHERE id = ?');
  const setMpp = db.prepare<[number | null, number]>('UPDATE slides SET user_mpp = ? WHERE id = ?');
  const remove = db.prepare<[number]>('DELETE FROM slides WHERE id = ?');

  const toSlide = (row: Row): Slide => {
    const file = fromStored(workspace, row.path);
    return {
      id: row.id,
      name: row.name,
      path: file,
      format: row.format,
      width: row.width,
      height: row.height,
      mpp: row.user_mpp ?? row.file_mpp,
      mppSource: row.user_mpp !== null ? 'user' : row.file_mpp !== null ? 'file' : 'unknown',
      levels: fromJson(z.array(SlideLevel), row.levels, 'slides.levels'),
      associated: fromJson(z.array(z.string()), row.associated, 'slides.associated'),
      synthetic: row.synthetic === 1,
      missing: !existsSync(file),
      createdAt: row.created_at,
    };
  };

  return {
    /** @returns the id of an announced slide */
    announce(name: string, file: string, synthetic: boolean): number {
      const stored = toStored(workspace, file);
      return Number(insert.run(name, stored, Number(synthetic), Date.now()).lastInsertRowid);
    },
    idByPath: (file: string): number | null => idByPath.get(toStored(workspace, file))?.id ?? null,
    setFacts(id: number, facts: SlideFacts): void {
      setFacts.run({
        id,
        ...facts,
        levels: JSON.stringify(facts.levels),
        associated: JSON.stringify(facts.associated),
      });
    },
    get(id: number): Slide | null {
      const row = get.get(id);
      return row ? toSlide(row) : null;
    },
    /** Microns per pixel as the file states them, whatever the user set; null: it does not. */
    fileMpp: (id: number): number | null => fileMpp.get(id)?.file_mpp ?? null,
    /** To another path, which no other slide may have. */
    move: (id: number, file: string) => move.run(toStored(workspace, file), id),
    list: (): Slide[] => list.all().map(toSlide),
    /** null: what the file says. */
    setMpp: (id: number, mpp: number | null) => setMpp.run(mpp, id),
    /** With its predictions and their scores. */
    remove: (id: number) => remove.run(id),
  };
}
